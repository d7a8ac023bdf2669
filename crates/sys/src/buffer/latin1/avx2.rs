//! Every character becomes both bytes that it could have, and the unneeded ones of eight characters are dropped by a
//! shuffle from a table of 256 (the scheme of simdutf's `convert_latin1_to_utf8`); four times eight in a step.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_loadu_si128, _mm_storeu_si128, _mm256_and_si256, _mm256_blendv_epi8,
    _mm256_castsi128_si256, _mm256_castsi256_si128, _mm256_cmpgt_epi8, _mm256_extracti128_si256,
    _mm256_inserti128_si256, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
    _mm256_shuffle_epi8, _mm256_sub_epi8, _mm256_unpackhi_epi8, _mm256_unpacklo_epi8,
};

const STEP: usize = 32;

/// Whether this processor can.
pub(super) fn is_there() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt")
}

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

/// Each character followed by the byte that it would have behind it: of every sixteen the first eight, and the
/// others.
#[target_feature(enable = "avx2")]
fn forms(characters: __m256i) -> (__m256i, __m256i) {
    let high = _mm256_cmpgt_epi8(characters, _mm256_set1_epi8(0xBF_u8.cast_signed()));
    let lead = _mm256_sub_epi8(_mm256_set1_epi8(0xC2_u8.cast_signed()), high);
    let first = _mm256_blendv_epi8(characters, lead, characters);
    let second = _mm256_and_si256(characters, _mm256_set1_epi8(0xBF_u8.cast_signed()));
    (
        _mm256_unpacklo_epi8(first, second),
        _mm256_unpackhi_epi8(first, second),
    )
}

/// Drops what is not needed of two times eight characters.
#[target_feature(enable = "avx2")]
fn packed(forms: __m256i, low: u8, high: u8) -> __m256i {
    let low = _mm256_castsi128_si256(load(&KEEP[usize::from(low)]));
    let keep = _mm256_inserti128_si256::<1>(low, load(&KEEP[usize::from(high)]));
    _mm256_shuffle_epi8(forms, keep)
}

fn load(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: an unaligned load of the 16 bytes of the array; SSE2 is part of every x86-64.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

/// Does what it can in steps of 32 characters while a step's 64 bytes surely fit. Each quarter's sixteen bytes are
/// stored whole, and the next quarter goes over what was too much.
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn to_utf8(latin1: &[u8], out: &mut [u8]) -> (usize, usize) {
    let (blocks, _) = latin1.as_chunks::<STEP>();
    let mut written = 0;
    for (index, block) in blocks.iter().enumerate() {
        let Some(room) = out
            .get_mut(written..)
            .and_then(<[u8]>::first_chunk_mut::<{ 2 * STEP }>)
        else {
            return (index * STEP, written);
        };
        // SAFETY: an unaligned load of the 32 bytes of the array.
        let characters = unsafe { _mm256_loadu_si256(block.as_ptr().cast()) };
        let mask = _mm256_movemask_epi8(characters).cast_unsigned();
        written += STEP + mask.count_ones() as usize;
        if mask == 0 {
            room[..STEP].copy_from_slice(block);
            continue;
        }
        let (even, odd) = forms(characters);
        let [one, two, three, four] = mask.to_le_bytes();
        let (even, odd) = (packed(even, one, three), packed(odd, two, four));
        let lengths = [mask & 0xFF, mask & 0xFFFF, mask & 0xFF_FFFF];
        let [first, second, third] = lengths.map(|mask| mask.count_ones() as usize);
        store(room, 0, _mm256_castsi256_si128(even));
        store(room, 8 + first, _mm256_castsi256_si128(odd));
        store(room, 16 + second, _mm256_extracti128_si256::<1>(even));
        store(room, 24 + third, _mm256_extracti128_si256::<1>(odd));
    }
    (blocks.len() * STEP, written)
}

#[inline(always)]
fn store(room: &mut [u8; 2 * STEP], at: usize, bytes: __m128i) {
    debug_assert!(at <= 48);
    let place = room.as_mut_ptr().wrapping_add(at);
    // SAFETY: the callers' places are at most 24 + 24, so 16 bytes from there are inside the room's 64.
    unsafe { _mm_storeu_si128(place.cast(), bytes) };
}
