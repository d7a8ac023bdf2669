//! Where a byte value is in a block of 64 bytes, as a bit mask: vector compares on x86-64, arithmetic elsewhere.

/// Bit `i` is set where byte `i` equals `byte`.
#[inline]
pub fn block_mask(block: &[u8; 64], byte: u8) -> u64 {
    #[cfg(target_arch = "x86_64")]
    return vectors::block_mask(block, byte);
    #[cfg(not(target_arch = "x86_64"))]
    return words::block_mask(block, byte);
}

#[cfg(target_arch = "x86_64")]
mod vectors {
    use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};

    #[inline]
    pub(super) fn block_mask(block: &[u8; 64], byte: u8) -> u64 {
        let (vectors, _) = block.as_chunks();
        (vectors.iter().enumerate()).fold(0, |mask, (index, vector)| {
            mask | u64::from(vector_mask(vector, byte)) << (index * 16)
        })
    }

    #[inline]
    fn vector_mask(vector: &[u8; 16], byte: u8) -> u16 {
        // SAFETY: SSE2 is part of every x86-64; the load is unaligned and reads the 16 bytes of `vector`.
        let read = unsafe { _mm_loadu_si128(vector.as_ptr().cast()) };
        // SAFETY: SSE2 is part of every x86-64.
        let wanted = unsafe { _mm_set1_epi8(byte.cast_signed()) };
        // SAFETY: as above.
        let equal = unsafe { _mm_cmpeq_epi8(read, wanted) };
        // SAFETY: as above.
        (unsafe { _mm_movemask_epi8(equal) }) as u16
    }
}

/// Eight bytes at a time in one word.
#[cfg(any(test, not(target_arch = "x86_64")))]
mod words {
    const LOW_SEVEN: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    const ONES: u64 = 0x0101_0101_0101_0101;
    /// Moves the lowest bit of each byte into the uppermost byte, in order.
    const GATHER: u64 = 0x0102_0408_1020_4080;

    #[inline]
    pub(super) fn block_mask(block: &[u8; 64], byte: u8) -> u64 {
        let (words, _) = block.as_chunks();
        (words.iter().enumerate()).fold(0, |mask, (index, word)| {
            let differing = u64::from_le_bytes(*word) ^ (ONES * u64::from(byte));
            // The top bit of each byte that is not zero, exactly: no carry crosses a byte.
            let set = ((differing & LOW_SEVEN) + LOW_SEVEN) | differing | LOW_SEVEN;
            mask | ((!set >> 7).wrapping_mul(GATHER) >> 56) << (index * 8)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{block_mask, words};

    fn naive(block: &[u8; 64], byte: u8) -> u64 {
        (0..64)
            .filter(|&at| block[at] == byte)
            .fold(0, |mask, at| mask | 1 << at)
    }

    #[test]
    fn every_form_finds_what_a_loop_finds() {
        let mut state = 1_u64;
        for round in 0..2_000_u32 {
            let mut block = [0; 64];
            for slot in &mut block {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let random = (state >> 56) as u8;
                // Few values in the first rounds, and those next to each other and across the sign.
                *slot = if round < 1_000 {
                    [9, 10, 11, 0, 127, 128, 138, 255][usize::from(random & 7)]
                } else {
                    random
                };
            }
            for byte in [0, 9, 10, 11, 127, 128, 138, 255] {
                let expected = naive(&block, byte);
                assert_eq!(block_mask(&block, byte), expected);
                assert_eq!(words::block_mask(&block, byte), expected);
            }
        }
    }
}
