//! DEFLATE, zlib and gzip of whole buffers by zlib-rs, where C cannot be compiled: what deflate.rs has, without `unsafe`.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// The container around the compressed bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Raw,
    Zlib,
    Gzip,
}

/// How decompressing one stream (of gzip: one member) ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inflated {
    /// So many bytes were read, so many written.
    Done { read: usize, written: usize },
    /// There are more bytes than the output has room for.
    Full,
    /// Not valid, or not all of it.
    Corrupt,
}

const WINDOW_BITS: u8 = 15;

pub struct Decompressor;

impl Decompressor {
    /// As where memory can be short.
    #[must_use]
    pub fn new() -> Option<Self> {
        Some(Self)
    }

    /// Decompresses the stream at the start of `input`; what follows it is not looked at.
    pub fn inflate(&mut self, format: Format, input: &[u8], out: &mut [u8]) -> Inflated {
        let mut state = match format {
            Format::Raw => Decompress::new(false),
            Format::Zlib => Decompress::new(true),
            Format::Gzip => Decompress::new_gzip(WINDOW_BITS),
        };
        let ended = state.decompress(input, out, FlushDecompress::Finish);
        let (read, written) = (state.total_in() as usize, state.total_out() as usize);
        match ended {
            Ok(Status::StreamEnd) => Inflated::Done { read, written },
            Ok(_) if written == out.len() && more(&mut state, &input[read..]) => Inflated::Full,
            _ => Inflated::Corrupt,
        }
    }
}

/// Whether a stream that filled its output has more to write: an input that ends early has not.
fn more(state: &mut Decompress, rest: &[u8]) -> bool {
    let mut byte = [0];
    let before = state.total_out();
    let ended = state.decompress(rest, &mut byte, FlushDecompress::Finish);
    ended.is_ok() && state.total_out() > before
}

pub struct Compressor {
    level: u8,
}

impl Compressor {
    pub const MOST: u8 = 12;

    /// None where the level is above `MOST`.
    #[must_use]
    pub fn new(level: u8) -> Option<Self> {
        (level <= Self::MOST).then_some(Self { level })
    }

    #[must_use]
    pub fn level(&self) -> u8 {
        self.level
    }

    /// The most bytes that so many can become: stored blocks, or what a static block loses, and the longest container.
    #[must_use]
    pub fn bound(&mut self, _format: Format, length: usize) -> usize {
        length + (length >> 3) + (length >> 8) + 128
    }

    /// Returns how many bytes were written; None if `out` has too little room.
    pub fn deflate(&mut self, format: Format, input: &[u8], out: &mut [u8]) -> Option<usize> {
        let level = Compression::new(u32::from(self.level.min(9)));
        let mut state = match format {
            Format::Raw => Compress::new(level, false),
            Format::Zlib => Compress::new(level, true),
            Format::Gzip => Compress::new_gzip(level, WINDOW_BITS),
        };
        let ended = state.compress(input, out, FlushCompress::Finish).ok()?;
        (ended == Status::StreamEnd).then_some(state.total_out() as usize)
    }
}

#[cfg(test)]
#[allow(clippy::duplicate_mod, reason = "both ways pass the same tests")]
#[path = "deflate_tests.rs"]
mod tests;
