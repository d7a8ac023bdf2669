//! Every character becomes both bytes that it could have, and one instruction of AVX-512 VBMI2 drops the unneeded ones of
//! 32 characters.

use std::arch::x86_64::{
    __m512i, _mm256_loadu_si256, _mm256_movepi8_mask, _mm512_and_si512, _mm512_cvtepu8_epi16,
    _mm512_mask_blend_epi16, _mm512_maskz_compress_epi8, _mm512_or_si512, _mm512_set1_epi16,
    _mm512_slli_epi16, _mm512_srli_epi16, _mm512_storeu_si512, _pdep_u64,
};

const PART: usize = 32;
const STEP: usize = 4 * PART;
/// First and second bytes of two-byte forms, in a mask of bytes.
const FIRST: u64 = 0x5555_5555_5555_5555;
const SECOND: u64 = !FIRST;

/// Whether this processor can.
pub(super) fn is_there() -> bool {
    is_x86_feature_detected!("avx512vbmi2")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
}

/// Characters of 16 bits as both bytes of their forms: `110000cc` and `10cccccc`.
#[target_feature(enable = "avx512bw")]
fn forms(characters: __m512i) -> __m512i {
    let low = _mm512_and_si512(characters, _mm512_set1_epi16(0x3F));
    let second = _mm512_slli_epi16::<8>(low);
    let first = _mm512_srli_epi16::<6>(characters);
    let marks = _mm512_set1_epi16(0x80C0_u16.cast_signed());
    _mm512_or_si512(_mm512_or_si512(first, second), marks)
}

/// Writes 32 characters to the start of `room` and something behind them: how many bytes they are.
#[target_feature(enable = "avx512bw,avx512vl,avx512vbmi2,bmi2,popcnt")]
fn write(part: &[u8; PART], room: &mut [u8; 2 * PART]) -> usize {
    // SAFETY: an unaligned load of the 32 bytes of the array.
    let bytes = unsafe { _mm256_loadu_si256(part.as_ptr().cast()) };
    let wide = _mm256_movepi8_mask(bytes);
    let characters = _mm512_cvtepu8_epi16(bytes);
    let pairs = _mm512_mask_blend_epi16(wide, characters, forms(characters));
    let kept = FIRST | _pdep_u64(u64::from(wide), SECOND);
    let packed = _mm512_maskz_compress_epi8(kept, pairs);
    // SAFETY: an unaligned store over the 64 bytes of the array.
    unsafe { _mm512_storeu_si512(room.as_mut_ptr().cast(), packed) };
    PART + wide.count_ones() as usize
}

/// Does what it can in steps of 128 characters while a step's 256 bytes surely fit. Each part is stored with all that it
/// could be, and the next goes over what was too much. A step of ASCII is copied; shorter ones, that come and go, would
/// cost more in branches that are not foreseen than they save.
#[target_feature(enable = "avx512bw,avx512vl,avx512vbmi2,bmi2,popcnt")]
pub(super) fn to_utf8(latin1: &[u8], out: &mut [u8]) -> (usize, usize) {
    let (steps, _) = latin1.as_chunks::<STEP>();
    let mut written = 0;
    for (index, step) in steps.iter().enumerate() {
        let Some(room) = out
            .get_mut(written..)
            .and_then(<[u8]>::first_chunk_mut::<{ 2 * STEP }>)
        else {
            return (index * STEP, written);
        };
        if step.is_ascii() {
            room[..STEP].copy_from_slice(step);
            written += STEP;
            continue;
        }
        let mut at = 0;
        for part in step.as_chunks::<PART>().0 {
            let Some(room) = room[at..].first_chunk_mut() else {
                break; // cannot be: a part takes at most twice its length
            };
            at += write(part, room);
        }
        written += at;
    }
    (steps.len() * STEP, written)
}
