//! Offsets of line feeds: blocks of 64 bytes become bit masks, and the set bits become offsets.
//!
//! Per line this costs a few instructions, where a search for each next line feed starts anew (`memchr` in a loop: a
//! fifth of the speed on source text). The masks are made by vector compares, which are not this crate's business.

/// The bytes that one mask is about.
pub const BLOCK: usize = 64;

/// Writes the offsets of all line feeds to `out`, in order, as far as it has room; returns how many were written.
/// `line_feeds` sets bit `i` where byte `i` of a block is a line feed.
pub fn newline_offsets<T>(
    bytes: &[u8],
    out: &mut [T],
    offset: impl Fn(usize) -> T,
    line_feeds: impl Fn(&[u8; BLOCK]) -> u64,
) -> usize {
    let mut written = 0;
    let (blocks, tail) = bytes.as_chunks::<BLOCK>();
    for (index, block) in blocks.iter().enumerate() {
        let mut mask = line_feeds(block);
        while mask != 0 {
            let Some(slot) = out.get_mut(written) else {
                return written;
            };
            *slot = offset(index * BLOCK + mask.trailing_zeros() as usize);
            written += 1;
            mask &= mask - 1;
        }
    }
    let start = bytes.len() - tail.len();
    for (index, byte) in tail.iter().enumerate() {
        if *byte == b'\n' {
            let Some(slot) = out.get_mut(written) else {
                return written;
            };
            *slot = offset(start + index);
            written += 1;
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BLOCK, newline_offsets};

    fn line_feeds(block: &[u8; BLOCK]) -> u64 {
        (0..BLOCK).fold(0, |mask, at| mask | u64::from(block[at] == b'\n') << at)
    }

    fn fill(bytes: &[u8], out: &mut [usize]) -> usize {
        newline_offsets(bytes, out, |offset| offset, line_feeds)
    }

    fn all(bytes: &[u8]) -> Vec<usize> {
        let mut out = vec![usize::MAX; bytes.len()];
        let written = fill(bytes, &mut out);
        out.truncate(written);
        out
    }

    #[test]
    fn finds_line_feeds_at_the_edges_of_blocks() {
        let mut bytes = vec![b'x'; 200];
        let at = [0, 63, 64, 127, 128, 191, 192, 199];
        for offset in at {
            bytes[offset] = b'\n';
        }
        assert_eq!(all(&bytes), at);
    }

    #[test]
    fn stops_when_the_output_is_full() {
        let mut out = [0; 3];
        assert_eq!(fill(&[b'\n'; 100], &mut out), 3);
        assert_eq!(out, [0, 1, 2]);
        assert_eq!(fill(b"\n\n\n\n\n", &mut out), 3);
    }

    proptest! {
        #[test]
        fn finds_what_a_filter_finds(bytes in prop::collection::vec(8..12_u8, 0..600)) {
            let expected: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] == b'\n').collect();
            prop_assert_eq!(all(&bytes), expected);
        }
    }
}
