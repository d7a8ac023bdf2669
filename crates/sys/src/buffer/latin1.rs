//! Latin-1 to UTF-8 and back. Eight characters at a time: widened to both bytes of their UTF-8 form, the unneeded ones
//! dropped by a shuffle from a table of 256 (the scheme of simdutf's `convert_latin1_to_utf8`).

/// How long these Latin-1 characters are in UTF-8.
pub fn utf8_length(latin1: &[u8]) -> usize {
    let (blocks, tail) = latin1.as_chunks::<64>();
    let wide = |bytes: &[u8]| bytes.iter().map(|byte| byte >> 7).sum::<u8>() as usize;
    latin1.len() + blocks.iter().map(|block| wide(block)).sum::<usize>() + wide(tail)
}

/// Writes whole characters as far as `out` has room: how many were read, and how many bytes were written.
pub fn to_utf8(latin1: &[u8], out: &mut [u8]) -> (usize, usize) {
    let (mut read, mut written) = (0, 0);
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("ssse3") && is_x86_feature_detected!("popcnt") {
        // SAFETY: the processor has SSSE3 and POPCNT, as just asked.
        (read, written) = unsafe { wide::to_utf8(latin1, out) };
    }
    for &byte in &latin1[read..] {
        if byte < 0x80 {
            let Some(slot) = out.get_mut(written) else {
                break;
            };
            *slot = byte;
            written += 1;
        } else {
            let Some(pair) = out.get_mut(written..written + 2) else {
                break;
            };
            pair.copy_from_slice(&[0xC0 | byte >> 6, 0x80 | byte & 0x3F]);
            written += 2;
        }
        read += 1;
    }
    (read, written)
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        __m128i, _mm_and_si128, _mm_cmplt_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128,
        _mm_set1_epi16, _mm_setzero_si128, _mm_shuffle_epi8, _mm_slli_epi16, _mm_srli_epi16,
        _mm_storeu_si128, _mm_unpackhi_epi8, _mm_unpacklo_epi8,
    };

    /// For a mask of which of eight characters are beyond ASCII: which bytes of their two-byte forms stay.
    static KEEP: [[u8; 16]; 256] = keep();

    const fn keep() -> [[u8; 16]; 256] {
        let mut table = [[0x80; 16]; 256];
        let mut mask = 0;
        while mask < 256 {
            let (mut lane, mut slot) = (0, 0);
            while lane < 8 {
                table[mask][slot] = 2 * lane as u8;
                slot += 1;
                if mask >> lane & 1 == 1 {
                    table[mask][slot] = 2 * lane as u8 + 1;
                    slot += 1;
                }
                lane += 1;
            }
            mask += 1;
        }
        table
    }

    /// The two bytes of each of eight characters (in 16-bit lanes), the unneeded ones dropped.
    #[target_feature(enable = "ssse3")]
    fn packed(lanes: __m128i, mask: usize) -> __m128i {
        let beyond = _mm_cmplt_epi8(_mm_slli_epi16(lanes, 8), _mm_setzero_si128());
        let lead = _mm_or_si128(_mm_srli_epi16(lanes, 6), _mm_set1_epi16(0xC0));
        let trail = _mm_slli_epi16(
            _mm_or_si128(
                _mm_and_si128(lanes, _mm_set1_epi16(0x3F)),
                _mm_set1_epi16(0x80),
            ),
            8,
        );
        // Only the upper byte of a lane of `beyond` is set: spread it over the lane.
        let beyond = _mm_or_si128(beyond, _mm_srli_epi16(beyond, 8));
        let two = _mm_and_si128(_mm_or_si128(lead, trail), beyond);
        let one = std::arch::x86_64::_mm_andnot_si128(beyond, lanes);
        _mm_shuffle_epi8(_mm_or_si128(one, two), load(&KEEP[mask]))
    }

    fn load(bytes: &[u8; 16]) -> __m128i {
        // SAFETY: an unaligned load of the 16 bytes of the array; SSE2 is part of every x86-64.
        unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
    }

    /// Does what it can in steps of sixteen characters while a step's 32 bytes surely fit.
    #[target_feature(enable = "ssse3,popcnt")]
    pub(super) fn to_utf8(latin1: &[u8], out: &mut [u8]) -> (usize, usize) {
        let (blocks, _) = latin1.as_chunks::<16>();
        let mut written = 0;
        for (index, block) in blocks.iter().enumerate() {
            let Some(slot) = out.get_mut(written..written + 32) else {
                return (index * 16, written);
            };
            let vector = load(block);
            let mask = _mm_movemask_epi8(vector) as usize;
            if mask == 0 {
                slot[..16].copy_from_slice(block);
                written += 16;
                continue;
            }
            let (low, high) = (mask & 255, mask >> 8);
            let first = packed(_mm_unpacklo_epi8(vector, _mm_setzero_si128()), low);
            let second = packed(_mm_unpackhi_epi8(vector, _mm_setzero_si128()), high);
            let length = 8 + low.count_ones() as usize;
            // SAFETY: `slot` has 32 bytes, of which the first 16 are written.
            unsafe { _mm_storeu_si128(slot.as_mut_ptr().cast(), first) };
            let Some(rest) = slot[length..].first_chunk_mut::<16>() else {
                return (index * 16, written);
            };
            // SAFETY: `rest` has 16 bytes.
            unsafe { _mm_storeu_si128(rest.as_mut_ptr().cast(), second) };
            written += length + 8 + high.count_ones() as usize;
        }
        (blocks.len() * 16, written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(latin1: &[u8]) -> Vec<u8> {
        let text: String = latin1.iter().map(|byte| char::from(*byte)).collect();
        text.into_bytes()
    }

    #[test]
    fn writes_what_chars_do() {
        let mut state = 7_u64;
        for round in 0..3_000_usize {
            let latin1: Vec<u8> = (0..round % 200)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    let byte = (state >> 56) as u8;
                    if round % 3 == 0 { byte & 0x7F } else { byte }
                })
                .collect();
            let expected = naive(&latin1);
            assert_eq!(utf8_length(&latin1), expected.len());
            let mut out = vec![0; expected.len()];
            assert_eq!(to_utf8(&latin1, &mut out), (latin1.len(), expected.len()));
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn stops_at_a_whole_character_where_the_output_ends() {
        let latin1 = [b'a', 0xE9].repeat(40);
        let expected = naive(&latin1);
        for room in 0..=expected.len() {
            let mut out = vec![0; room];
            let (read, written) = to_utf8(&latin1, &mut out);
            assert_eq!(naive(&latin1[..read]), out[..written]);
            assert_eq!(written, room - usize::from(room % 3 == 2));
        }
    }
}
