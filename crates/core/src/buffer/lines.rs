//! Offsets of line feeds: blocks of 64 bytes become bit masks, and the set bits become offsets.
//!
//! The mask is what `pmovmskb` yields; it is written as plain loops that the compiler turns into vector compares. Per
//! line this costs a few instructions, where a search for each next line feed starts anew.

const BLOCK: usize = 64;

/// Writes the offsets of all line feeds to `out`, in order, as far as it has room; returns how many were written.
pub fn newline_offsets<T>(bytes: &[u8], out: &mut [T], offset: impl Fn(usize) -> T) -> usize {
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

/// Bit `i` is set where byte `i` is a line feed.
fn line_feeds(block: &[u8; BLOCK]) -> u64 {
    let mut mask = 0;
    for (index, byte) in block.iter().enumerate() {
        mask |= u64::from(*byte == b'\n') << index;
    }
    mask
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::newline_offsets;

    fn all(bytes: &[u8]) -> Vec<usize> {
        let mut out = vec![usize::MAX; bytes.len()];
        let written = newline_offsets(bytes, &mut out, |offset| offset);
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
        assert_eq!(newline_offsets(&[b'\n'; 100], &mut out, |offset| offset), 3);
        assert_eq!(out, [0, 1, 2]);
        assert_eq!(newline_offsets(b"\n\n\n\n\n", &mut out, |offset| offset), 3);
    }

    proptest! {
        #[test]
        fn finds_what_a_filter_finds(bytes in prop::collection::vec(8..12_u8, 0..600)) {
            let expected: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] == b'\n').collect();
            prop_assert_eq!(all(&bytes), expected);
        }
    }
}
