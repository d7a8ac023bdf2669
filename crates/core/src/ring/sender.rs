use super::{Corrupt, Header, Lane, MOST_BYTES};

/// The producing end of a lane.
#[derive(Debug, Default)]
pub struct Sender {
    /// Ours; what stands in shared memory is for the other to read.
    tail: u64,
    /// The other's, when last seen.
    head: u64,
}

/// What came of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It is in shared memory, where it stays until it is read, also if this process ends.
    Done {
        /// The consumer sleeps and is to be rung.
        ring: bool,
    },
    /// There is no room; the consumer rings once there is some.
    Full,
}

impl Sender {
    /// Writes one record of at most [`MOST_BYTES`], all of it or nothing.
    ///
    /// # Errors
    /// When the other's position cannot be.
    pub fn push(&mut self, lane: Lane<'_>, kind: u32, bytes: &[u8]) -> Result<Pushed, Corrupt> {
        debug_assert!(bytes.len() <= MOST_BYTES);
        let header = Header {
            kind,
            bytes: bytes.len() as u32,
        };
        if !self.has_room(lane, header)? {
            return Ok(Pushed::Full);
        }
        lane.set_word(self.tail, header.to_word());
        lane.write(self.tail.wrapping_add(1), bytes);
        self.tail = self.tail.wrapping_add(header.words());
        let ring = lane.set_tail(self.tail);
        Ok(Pushed::Done { ring })
    }

    /// If not, asks to be rung.
    fn has_room(&mut self, lane: Lane<'_>, header: Header) -> Result<bool, Corrupt> {
        let has_room = |head: u64| self.tail.wrapping_sub(head) + header.words() <= lane.capacity();
        if has_room(self.head) {
            return Ok(true);
        }
        self.head = lane.head(self.tail)?;
        if has_room(self.head) {
            return Ok(true);
        }
        lane.producer_waits(true);
        self.head = lane.head(self.tail)?;
        if !has_room(self.head) {
            return Ok(false);
        }
        lane.producer_waits(false);
        Ok(true)
    }
}
