use super::{Corrupt, Header, Lane, MOST_BYTES};

/// The consuming end of a lane.
#[derive(Debug, Default)]
pub struct Receiver {
    /// Ours; what stands in shared memory is for the other to read.
    head: u64,
    /// The header of a record that was announced and not fetched yet: headers are read once.
    announced: Option<Header>,
}

/// A record: its kind, where its bytes begin, how many they are.
pub type Row = [u32; 3];

/// What a look at the lane brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// So many records are in the caller's memory. `ring`: the producer waits for room and is to be rung.
    Records { count: usize, ring: bool },
    /// The next record is too long for that: [`Receiver::fetch`] brings it.
    Announced { kind: u32, bytes: u32 },
    /// There is nothing; the producer rings once there is.
    Nothing,
}

impl Receiver {
    /// Copies records of at most `most` bytes, as many as there are and as fit.
    ///
    /// # Errors
    /// When the other's position or a length cannot be.
    pub fn take(
        &mut self,
        lane: Lane<'_>,
        most: usize,
        bytes: &mut [u8],
        rows: &mut [Row],
    ) -> Result<Taken, Corrupt> {
        let mut tail = lane.tail(self.head)?;
        if tail == self.head {
            lane.consumer_sleeps(true);
            tail = lane.tail(self.head)?;
            if tail == self.head {
                return Ok(Taken::Nothing);
            }
            lane.consumer_sleeps(false);
        }
        let (mut count, mut filled) = (0, 0);
        while tail != self.head && count < rows.len() {
            let header = match self.announced.take() {
                Some(header) => header,
                None => self.header(lane, tail)?,
            };
            let length = header.bytes as usize;
            let room = bytes.get_mut(filled..filled + length);
            let Some(room) = room.filter(|_| length <= most) else {
                self.announced = Some(header);
                break;
            };
            lane.read(self.head.wrapping_add(1), room);
            rows[count] = [header.kind, filled as u32, header.bytes];
            self.head = self.head.wrapping_add(header.words());
            count += 1;
            filled += length;
        }
        match self.announced {
            Some(Header { kind, bytes }) if count == 0 => Ok(Taken::Announced { kind, bytes }),
            _ => {
                let ring = lane.set_head(self.head);
                Ok(Taken::Records { count, ring })
            }
        }
    }

    /// Copies the announced record, whose length `bytes` has. None if there is no such; else whether the producer is to be
    /// rung.
    pub fn fetch(&mut self, lane: Lane<'_>, bytes: &mut [u8]) -> Option<bool> {
        let header = self.announced?;
        if bytes.len() != header.bytes as usize {
            return None;
        }
        self.announced = None;
        lane.read(self.head.wrapping_add(1), bytes);
        self.head = self.head.wrapping_add(header.words());
        Some(lane.set_head(self.head))
    }

    /// The header at our position, once; all of its record lies before `tail`.
    fn header(&self, lane: Lane<'_>, tail: u64) -> Result<Header, Corrupt> {
        let header = Header::from_word(lane.word(self.head));
        let published = tail.wrapping_sub(self.head);
        if header.bytes as usize > MOST_BYTES || header.words() > published {
            return Err(Corrupt);
        }
        Ok(header)
    }
}
