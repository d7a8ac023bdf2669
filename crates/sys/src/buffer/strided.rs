//! Numbers of one width from records to a column and back: the bounds are checked once, not per number.

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
