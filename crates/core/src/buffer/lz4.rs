//! LZ4 by lz4_flex: frames, and blocks.

use std::io::{self, Read, Write};

use lz4_flex::block;
use lz4_flex::frame::{BlockMode, BlockSize, FrameDecoder, FrameEncoder, FrameInfo};

use super::Unpacked;

/// A frame with its content's size and checksum; None is never given for a `Vec`, whose writes cannot fail.
pub fn compress_frame(bytes: &[u8]) -> Option<Vec<u8>> {
    let info = FrameInfo::new()
        .block_mode(BlockMode::Independent)
        .block_size(BlockSize::Auto)
        .content_size(Some(bytes.len() as u64))
        .content_checksum(true);
    let out = Vec::with_capacity(bytes.len() / 2 + 64);
    let mut encoder = FrameEncoder::with_frame_info(info, out);
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// Appends the content of a frame, and of those that follow it, to `out`: at most `most` bytes.
pub fn decompress_frame(frame: &[u8], most: usize, out: &mut Vec<u8>) -> Unpacked {
    let mut rest = Rest {
        bytes: frame,
        ran_out: false,
    };
    loop {
        let mut decoder = FrameDecoder::new(&mut rest);
        let left = (most - out.len()) as u64;
        match decoder.by_ref().take(left + 1).read_to_end(out) {
            Ok(_) if out.len() > most => return Unpacked::TooLarge,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::OutOfMemory => return Unpacked::TooLarge,
            Err(_) => return Unpacked::Corrupt,
        }
        if rest.ran_out {
            return Unpacked::Corrupt;
        }
        if rest.bytes.is_empty() {
            return Unpacked::Done(out.len());
        }
    }
}

/// What is left of the input. The decoder takes its end for the end of a frame, wherever it comes; but only a frame that
/// is cut short makes it ask for more than there is.
struct Rest<'a> {
    bytes: &'a [u8],
    ran_out: bool,
}

impl Read for Rest<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(into)?;
        self.ran_out |= count < into.len();
        Ok(count)
    }
}

/// The most bytes that a block of so many can take.
#[must_use]
pub fn block_bound(length: usize) -> usize {
    block::get_maximum_output_size(length)
}

/// Writes a block without any header; None if `out` has too little room.
pub fn compress_block(bytes: &[u8], out: &mut [u8]) -> Option<usize> {
    block::compress_into(bytes, out).ok()
}

/// Fills `out` with a block's content, whose length must be that of `out`.
pub fn decompress_block(compressed: &[u8], out: &mut [u8]) -> bool {
    block::decompress_into(compressed, out).is_ok_and(|length| length == out.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_compressed_comes_back(
            bytes in prop::collection::vec(0..20_u8, 0..3000),
            repeats in 1..60_usize,
        ) {
            let bytes = bytes.repeat(repeats);
            let frame = compress_frame(&bytes).expect("a frame");
            let mut out = Vec::new();
            prop_assert_eq!(decompress_frame(&frame, bytes.len(), &mut out), Unpacked::Done(bytes.len()));
            prop_assert_eq!(&out, &bytes);
            out.clear();
            let twice = frame.repeat(2);
            prop_assert_eq!(
                decompress_frame(&twice, bytes.len() * 2, &mut out),
                Unpacked::Done(bytes.len() * 2)
            );
            if !bytes.is_empty() {
                out.clear();
                prop_assert_eq!(decompress_frame(&frame, bytes.len() - 1, &mut out), Unpacked::TooLarge);
                for cut in 1..=frame.len().min(16) {
                    out.clear();
                    let short = &frame[..frame.len() - cut];
                    prop_assert_eq!(decompress_frame(short, 1 << 20, &mut out), Unpacked::Corrupt);
                }
            }
            let mut block = vec![0; block_bound(bytes.len())];
            let length = compress_block(&bytes, &mut block).expect("room");
            let mut out = vec![0; bytes.len()];
            prop_assert!(decompress_block(&block[..length], &mut out));
            prop_assert_eq!(&out, &bytes);
            prop_assert!(!decompress_block(&block[..length], &mut vec![0; bytes.len() + 1]));
        }

        #[test]
        fn nonsense_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), room in 0..500_usize) {
            let mut out = vec![0; room];
            decompress_block(&bytes, &mut out);
            let mut out = Vec::new();
            let frame = [&[0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82][..], &bytes].concat();
            prop_assert_ne!(decompress_frame(&frame, 0, &mut out), Unpacked::Done(1));
        }
    }
}
