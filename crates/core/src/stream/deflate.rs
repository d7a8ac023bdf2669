//! DEFLATE over pieces, in gzip's or zlib's wrapper or none, by zlib-rs.

use flate2::{Compress, Compression, FlushCompress, Status};

use super::{Broken, Progress};

/// What stands around DEFLATE.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrapper {
    Raw,
    Zlib,
    Gzip,
}

pub(super) const WINDOW_BITS: u8 = 15;
const LEAST_ROOM: usize = 16 << 10;

/// A stream that is being compressed.
pub struct Deflater(Compress);

impl Deflater {
    /// `level` from 0 to 9.
    #[must_use]
    pub fn new(wrapper: Wrapper, level: u32) -> Self {
        let level = Compression::new(level.min(9));
        Self(match wrapper {
            Wrapper::Gzip => Compress::new_gzip(level, WINDOW_BITS),
            Wrapper::Zlib => Compress::new(level, true),
            Wrapper::Raw => Compress::new(level, false),
        })
    }

    pub(super) fn run(
        &mut self,
        input: &[u8],
        last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(usize, Progress), Broken> {
        let flush = if last {
            FlushCompress::Finish
        } else {
            FlushCompress::None
        };
        let before = self.0.total_in();
        loop {
            let read = (self.0.total_in() - before) as usize;
            out.reserve((input.len() - read) / 2 + LEAST_ROOM);
            let status = (self.0.compress_vec(&input[read..], out, flush))
                .map_err(|error| Broken::Corrupt(error.to_string()))?;
            let read = (self.0.total_in() - before) as usize;
            if status == Status::StreamEnd {
                return Ok((read, Progress::Ended));
            }
            if !last && read == input.len() && out.len() < out.capacity() {
                return Ok((read, Progress::Hungry));
            }
        }
    }
}
