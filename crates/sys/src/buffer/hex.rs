//! Hexadecimal digits: sixteen bytes at a time by SSSE3 shuffles, a table elsewhere. The decoder's checks are Wojciech
//! Muła's saturating ranges.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Writes two lower-case digits for each byte; `out` is twice as long as `bytes`, or the shorter side ends it.
pub fn encode(bytes: &[u8], out: &mut [u8]) {
    let length = bytes.len().min(out.len() / 2);
    let done = encode_blocks(&bytes[..length], &mut out[..length * 2]);
    let (pairs, _) = out[done * 2..length * 2].as_chunks_mut::<2>();
    for (byte, pair) in bytes[done..length].iter().zip(pairs) {
        *pair = [
            DIGITS[usize::from(byte >> 4)],
            DIGITS[usize::from(byte & 15)],
        ];
    }
}

/// Returns how many bytes were done.
#[cfg(target_arch = "x86_64")]
fn encode_blocks(bytes: &[u8], out: &mut [u8]) -> usize {
    if is_x86_feature_detected!("ssse3") {
        // SAFETY: the processor has SSSE3, as just asked.
        return unsafe { wide::encode(bytes, out) };
    }
    0
}

#[cfg(not(target_arch = "x86_64"))]
fn encode_blocks(_bytes: &[u8], _out: &mut [u8]) -> usize {
    0
}

/// Writes one byte for each two digits of either case, as far as both sides reach, and stops before the first pair that
/// is none. Returns how many bytes were written.
pub fn decode(digits: &[u8], out: &mut [u8]) -> usize {
    let length = (digits.len() / 2).min(out.len());
    let done = decode_blocks(&digits[..length * 2], &mut out[..length]);
    let (pairs, _) = digits[done * 2..length * 2].as_chunks::<2>();
    for (at, [high, low]) in pairs.iter().enumerate() {
        let (high, low) = (value(*high), value(*low));
        if high > 15 || low > 15 {
            return done + at;
        }
        out[done + at] = high << 4 | low;
    }
    length
}

#[cfg(target_arch = "x86_64")]
fn decode_blocks(digits: &[u8], out: &mut [u8]) -> usize {
    if is_x86_feature_detected!("ssse3") {
        // SAFETY: the processor has SSSE3, as just asked.
        return unsafe { wide::decode(digits, out) };
    }
    0
}

#[cfg(not(target_arch = "x86_64"))]
fn decode_blocks(_digits: &[u8], _out: &mut [u8]) -> usize {
    0
}

/// The digit's value, or 255.
fn value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 255,
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        __m128i, _mm_add_epi8, _mm_adds_epu8, _mm_and_si128, _mm_loadu_si128, _mm_maddubs_epi16,
        _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_packus_epi16, _mm_set1_epi8,
        _mm_set1_epi16, _mm_shuffle_epi8, _mm_srli_epi16, _mm_storeu_si128, _mm_sub_epi8,
        _mm_subs_epu8, _mm_unpackhi_epi8, _mm_unpacklo_epi8,
    };

    use super::DIGITS;

    fn load(bytes: &[u8; 16]) -> __m128i {
        // SAFETY: an unaligned load of the 16 bytes of the array; SSE2 is part of every x86-64.
        unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
    }

    fn store(out: &mut [u8; 16], vector: __m128i) {
        // SAFETY: an unaligned store to the 16 bytes of the array; SSE2 is part of every x86-64.
        unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), vector) };
    }

    /// Returns how many bytes were done: all but the last fifteen at most.
    #[target_feature(enable = "ssse3")]
    pub(super) fn encode(bytes: &[u8], out: &mut [u8]) -> usize {
        let digits = load(DIGITS);
        let low_half = _mm_set1_epi8(15);
        let (blocks, _) = bytes.as_chunks::<16>();
        let (slots, _) = out.as_chunks_mut::<32>();
        for (block, slot) in blocks.iter().zip(slots) {
            let vector = load(block);
            let high = _mm_and_si128(_mm_srli_epi16(vector, 4), low_half);
            let low = _mm_and_si128(vector, low_half);
            let high = _mm_shuffle_epi8(digits, high);
            let low = _mm_shuffle_epi8(digits, low);
            let (halves, _) = slot.as_chunks_mut::<16>();
            store(&mut halves[0], _mm_unpacklo_epi8(high, low));
            store(&mut halves[1], _mm_unpackhi_epi8(high, low));
        }
        blocks.len() * 16
    }

    /// Sixteen digits to their values, each in a byte; a byte above 15 stands for what is no digit.
    #[target_feature(enable = "ssse3")]
    fn values(digits: __m128i) -> __m128i {
        // '0'..'9' end up at 246..255, everything else is cut off by saturation, and back to 0..9.
        let decimal = _mm_add_epi8(
            digits,
            _mm_set1_epi8(0xFF_u8.wrapping_sub(b'9').cast_signed()),
        );
        let decimal = _mm_subs_epu8(decimal, _mm_set1_epi8(6));
        let decimal = _mm_sub_epi8(decimal, _mm_set1_epi8(0xF0_u8.cast_signed()));
        // Letters of either case to 10..15, everything else above.
        let letter = _mm_and_si128(digits, _mm_set1_epi8(0xDF_u8.cast_signed()));
        let letter = _mm_sub_epi8(letter, _mm_set1_epi8(b'A'.cast_signed()));
        let letter = _mm_adds_epu8(letter, _mm_set1_epi8(10));
        _mm_min_epu8(decimal, letter)
    }

    /// Returns how many bytes were written: it stops before a block that holds anything but digits.
    #[target_feature(enable = "ssse3")]
    pub(super) fn decode(digits: &[u8], out: &mut [u8]) -> usize {
        let pair = _mm_set1_epi16(0x0110);
        let (blocks, _) = digits.as_chunks::<32>();
        let (slots, _) = out.as_chunks_mut::<16>();
        for (done, (block, slot)) in blocks.iter().zip(slots).enumerate() {
            let (halves, _) = block.as_chunks::<16>();
            let (low, high) = (values(load(&halves[0])), values(load(&halves[1])));
            let beyond = _mm_adds_epu8(_mm_or_si128(low, high), _mm_set1_epi8(127 - 15));
            if _mm_movemask_epi8(beyond) != 0 {
                return done * 16;
            }
            let low = _mm_maddubs_epi16(low, pair);
            let high = _mm_maddubs_epi16(high, pair);
            store(slot, _mm_packus_epi16(low, high));
        }
        blocks.len() * 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_every_byte() {
        let bytes: Vec<u8> = (0..=255).chain(0..77).collect();
        for length in 0..bytes.len() {
            let expected: String = bytes[..length]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let mut out = vec![0; length * 2];
            encode(&bytes[..length], &mut out);
            assert_eq!(out, expected.as_bytes());
            let mut back = vec![0; length];
            assert_eq!(decode(&out, &mut back), length);
            assert_eq!(back, bytes[..length]);
            out.make_ascii_uppercase();
            assert_eq!(decode(&out, &mut back), length);
            assert_eq!(back, bytes[..length]);
        }
    }

    #[test]
    fn stops_before_whatever_is_no_digit() {
        for at in 0..100 {
            for wrong in (0..=255_u8).filter(|byte| !byte.is_ascii_hexdigit()) {
                let mut digits = [b'a'; 100];
                digits[at] = wrong;
                let mut out = [0; 50];
                assert_eq!(decode(&digits, &mut out), at / 2, "{wrong} at {at}");
                assert!(out[..at / 2].iter().all(|byte| *byte == 0xAA));
            }
        }
    }

    #[test]
    fn the_shorter_side_ends_it() {
        let mut out = [b'x'; 41];
        encode(&[0xAB; 100], &mut out);
        assert_eq!(out[38..], *b"abx");
        let mut out = [1; 20];
        assert_eq!(decode(b"00000", &mut out), 2);
        assert_eq!(decode(&[b'f'; 100], &mut out), 20);
    }
}
