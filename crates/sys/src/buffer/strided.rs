//! Numbers of one width from records to a column and back: the bounds are checked once, not per number. Columns are
//! filled by vectors that gather eight records' numbers at once, where the processor has them.

/// A sequence of places: the first, the distance from one to the next, and how many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Strided {
    pub start: usize,
    pub step: usize,
    pub count: usize,
}

impl Strided {
    /// Whether numbers of this width at all places lie within so many bytes.
    fn fits(&self, width: usize, length: usize) -> bool {
        let Some(last) = self.count.checked_sub(1) else {
            return true;
        };
        let end = last
            .checked_mul(self.step)
            .and_then(|last| last.checked_add(self.start)?.checked_add(width));
        end.is_some_and(|end| end <= length)
    }

    /// What is left of it after so many.
    fn after(&self, done: usize) -> Strided {
        Strided {
            start: self.start + done * self.step,
            step: self.step,
            count: self.count - done,
        }
    }
}

/// Copies numbers of `width` bytes (1, 2, 4 or 8) from the places of one slice to those of another, reversed if asked for.
/// False, with nothing done, if a place is outside its slice, the counts differ, or there is no such width.
pub fn copy(
    from: &[u8],
    at: Strided,
    to: &mut [u8],
    slots: Strided,
    width: usize,
    reversed: bool,
) -> bool {
    if at.count != slots.count || !at.fits(width, from.len()) || !slots.fits(width, to.len()) {
        return false;
    }
    let done = if slots.step == width && at.count > 0 {
        gather(from, at, to, slots, width, reversed)
    } else {
        0
    };
    let (at, slots) = (at.after(done), slots.after(done));
    match (width, reversed) {
        (1, _) => each::<1>(from, at, to, slots, |bytes| bytes),
        (2, false) => each::<2>(from, at, to, slots, |bytes| bytes),
        (2, true) => each::<2>(from, at, to, slots, |bytes| {
            u16::from_ne_bytes(bytes).swap_bytes().to_ne_bytes()
        }),
        (4, false) => each::<4>(from, at, to, slots, |bytes| bytes),
        (4, true) => each::<4>(from, at, to, slots, |bytes| {
            u32::from_ne_bytes(bytes).swap_bytes().to_ne_bytes()
        }),
        (8, false) => each::<8>(from, at, to, slots, |bytes| bytes),
        (8, true) => each::<8>(from, at, to, slots, |bytes| {
            u64::from_ne_bytes(bytes).swap_bytes().to_ne_bytes()
        }),
        _ => return false,
    }
    true
}

/// Four at a time: so the loop's own counting costs a quarter.
#[inline(always)]
fn each<const WIDTH: usize>(
    from: &[u8],
    at: Strided,
    to: &mut [u8],
    slots: Strided,
    convert: impl Fn([u8; WIDTH]) -> [u8; WIDTH],
) {
    assert!(at.fits(WIDTH, from.len()) && slots.fits(WIDTH, to.len()) && at.count == slots.count);
    let mut place = from.as_ptr().wrapping_add(at.start);
    let mut slot = to.as_mut_ptr().wrapping_add(slots.start);
    let mut one = || {
        // SAFETY: `fits` has shown that the last place, and so each before it, has WIDTH bytes inside `from`.
        let bytes = unsafe { place.cast::<[u8; WIDTH]>().read() };
        // SAFETY: as above, inside `to`; a byte array has no alignment.
        unsafe { slot.cast::<[u8; WIDTH]>().write(convert(bytes)) };
        place = place.wrapping_add(at.step);
        slot = slot.wrapping_add(slots.step);
    };
    for _ in 0..at.count / 4 {
        one();
        one();
        one();
        one();
    }
    for _ in 0..at.count % 4 {
        one();
    }
}

/// As many as vectors can do of what goes side by side.
fn gather(
    from: &[u8],
    at: Strided,
    to: &mut [u8],
    slots: Strided,
    width: usize,
    reversed: bool,
) -> usize {
    #[cfg(target_arch = "x86_64")]
    if matches!(width, 1 | 2 | 4 | 8) && is_x86_feature_detected!("avx2") {
        let cell = width.max(4);
        // How many places have a whole cell; a step of nothing is left to the loop.
        let room = from.len().checked_sub(at.start + cell);
        let steps = room.and_then(|room| room.checked_div(at.step));
        let readable = steps.map_or(0, |steps| steps + 1);
        let to = &mut to[slots.start..][..slots.count * width];
        let places = Strided {
            count: at.count.min(readable),
            ..at
        };
        // SAFETY: the processor has AVX2, as just asked.
        return unsafe { wide::gather(from, places, to, width, reversed) };
    }
    let _ = (from, at, to, slots, width, reversed);
    0
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_loadu_si128, _mm_storel_epi64, _mm_storeu_si128, _mm_unpacklo_epi32,
        _mm256_broadcastsi128_si256, _mm256_castsi256_si128, _mm256_extracti128_si256,
        _mm256_i32gather_epi32, _mm256_i32gather_epi64, _mm256_mullo_epi32,
        _mm256_permute4x64_epi64, _mm256_set1_epi32, _mm256_setr_epi32, _mm256_shuffle_epi8,
        _mm256_storeu_si256,
    };

    use super::Strided;

    /// Of sixteen bytes, in cells of four or eight, the first `width` of each cell, in this or the other order.
    const fn shuffle(width: usize, reversed: bool) -> [u8; 16] {
        let cell = if width == 8 { 8 } else { 4 };
        let mut bytes = [0x80; 16];
        let mut slot = 0;
        while slot < 16 / cell {
            let mut at = 0;
            while at < width {
                let byte = if reversed { width - 1 - at } else { at };
                bytes[slot * width + at] = (slot * cell + byte) as u8;
                at += 1;
            }
            slot += 1;
        }
        bytes
    }

    static SHUFFLES: [[[u8; 16]; 2]; 4] = [
        [shuffle(1, false), shuffle(1, true)],
        [shuffle(2, false), shuffle(2, true)],
        [shuffle(4, false), shuffle(4, true)],
        [shuffle(8, false), shuffle(8, true)],
    ];

    /// Numbers of 1, 2, 4 or 8 bytes, side by side to the start of `to`, which has room for all of them. Of each place
    /// four bytes, or eight, must lie within `from`. Returns how many were done.
    #[target_feature(enable = "avx2")]
    pub(super) fn gather(
        from: &[u8],
        at: Strided,
        to: &mut [u8],
        width: usize,
        reversed: bool,
    ) -> usize {
        let cell = width.max(4);
        assert!(at.fits(cell, from.len()) && to.len() >= at.count * width);
        let Ok(step) = i16::try_from(at.step) else {
            return 0;
        };
        let offsets = _mm256_mullo_epi32(
            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7),
            _mm256_set1_epi32(step.into()),
        );
        let shuffle = &SHUFFLES[width.trailing_zeros() as usize][usize::from(reversed)];
        // SAFETY: an unaligned load of the 16 bytes of the array.
        let order =
            _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(shuffle.as_ptr().cast()) });
        let at_once = 32 / cell;
        for round in 0..at.count / at_once {
            let place = from
                .as_ptr()
                .wrapping_add(at.start + round * at_once * at.step);
            let numbers = if cell == 8 {
                let offsets = _mm256_castsi256_si128(offsets);
                // SAFETY: `fits` has shown that eight bytes at each of the next four places are inside `from`.
                unsafe { _mm256_i32gather_epi64::<1>(place.cast(), offsets) }
            } else {
                // SAFETY: as above, four bytes at each of the next eight.
                unsafe { _mm256_i32gather_epi32::<1>(place.cast(), offsets) }
            };
            let halves = _mm256_shuffle_epi8(numbers, order);
            let slot = to.as_mut_ptr().wrapping_add(round * at_once * width);
            // SAFETY: `to` has room for all numbers, so for `at_once` of them from here on.
            unsafe { store(slot, halves, width) };
        }
        at.count / at_once * at_once
    }

    /// Stores what the shuffle has left of both halves.
    ///
    /// # Safety
    /// From `slot` on there is room for eight numbers of `width` bytes, for four of eight bytes.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn store(slot: *mut u8, halves: __m256i, width: usize) {
        match width {
            1 => {
                let low: __m128i = _mm256_castsi256_si128(halves);
                let eight = _mm_unpacklo_epi32(low, _mm256_extracti128_si256::<1>(halves));
                // SAFETY: eight bytes, as the caller promises.
                unsafe { _mm_storel_epi64(slot.cast(), eight) };
            }
            2 => {
                let whole = _mm256_castsi256_si128(_mm256_permute4x64_epi64::<8>(halves));
                // SAFETY: sixteen bytes, as the caller promises.
                unsafe { _mm_storeu_si128(slot.cast(), whole) };
            }
            // SAFETY: 32 bytes, as the caller promises.
            _ => unsafe { _mm256_storeu_si256(slot.cast(), halves) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_what_a_loop_copies() {
        let from: Vec<u8> = (0..=255).cycle().take(2000).collect();
        let all = from;
        for width in [1, 2, 4, 8] {
            for (step, slot_step) in [(width, width), (11, width), (width, 13), (17, 9)] {
                let from = &all[..3 + 99 * step + width];
                for reversed in [false, true] {
                    let at = Strided {
                        start: 3,
                        step,
                        count: 100,
                    };
                    let slots = Strided {
                        start: 5,
                        step: slot_step,
                        count: 100,
                    };
                    let mut out = vec![0xEE; 1500];
                    let mut expected = out.clone();
                    for index in 0..100 {
                        let mut bytes = from[3 + index * step..][..width].to_vec();
                        if reversed {
                            bytes.reverse();
                        }
                        expected[5 + index * slot_step..][..width].copy_from_slice(&bytes);
                    }
                    assert!(copy(from, at, &mut out, slots, width, reversed));
                    assert_eq!(out, expected);
                }
            }
        }
    }

    #[test]
    fn places_outside_are_refused() {
        let good = Strided {
            start: 0,
            step: 4,
            count: 4,
        };
        let mut out = [7; 16];
        assert!(copy(&[1; 16], good, &mut out, good, 4, false));
        for wrong in [
            Strided { start: 1, ..good },
            Strided { step: 5, ..good },
            Strided { count: 5, ..good },
            Strided {
                start: usize::MAX,
                ..good
            },
            Strided {
                step: usize::MAX,
                ..good
            },
        ] {
            let mut out = [7; 16];
            assert!(!copy(&[1; 16], wrong, &mut out, good, 4, false));
            assert!(!copy(&[1; 16], good, &mut out, wrong, 4, false));
            assert_eq!(out, [7; 16]);
        }
        assert!(!copy(&[1; 16], good, &mut out, good, 3, false));
        let none = Strided { count: 0, ..good };
        assert!(copy(&[], none, &mut [], none, 4, true));
    }
}
