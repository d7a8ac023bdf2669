//! Decompressing whole buffers when the size of the result is not known: room grows to a ceiling, the work starts anew
//! for the member that did not fit. And gzip's rule of several members, as Node has it.

/// How decompressing one stream ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Done { read: usize, written: usize },
    Full,
    Corrupt,
}

/// How it ended as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unpacked {
    /// So many bytes were written.
    Done(usize),
    /// It is more than the ceiling allows.
    TooLarge,
    Corrupt,
}

/// The least room to start with.
const LEAST: usize = 64 << 10;
const GROWTH: usize = 4;

/// Whether more members follow: zeros may pad the last one, and with them Node stops.
fn is_over(input: &[u8], read: usize, members: bool) -> bool {
    !members || input.get(read).is_none_or(|byte| *byte == 0)
}

/// Decompresses to an output that should have the right length: false if it has not, or the input is corrupt.
pub fn unpack_exactly(
    input: &[u8],
    members: bool,
    out: &mut [u8],
    mut step: impl FnMut(&[u8], &mut [u8]) -> Step,
) -> bool {
    let (mut at, mut filled) = (0, 0);
    loop {
        let Step::Done { read, written } = step(&input[at..], &mut out[filled..]) else {
            return false;
        };
        at += read;
        filled += written;
        if is_over(input, at, members) {
            return filled == out.len();
        }
    }
}

/// Decompresses to the start of `out`, which is lengthened as needed, up to `most` bytes.
pub fn unpack(
    input: &[u8],
    members: bool,
    most: usize,
    out: &mut Vec<u8>,
    mut step: impl FnMut(&[u8], &mut [u8]) -> Step,
) -> Unpacked {
    let guess = input.len().saturating_mul(GROWTH).max(LEAST);
    make_room(out, 0, guess.min(most));
    let (mut at, mut filled) = (0, 0);
    loop {
        let end = out.len().min(most);
        match step(&input[at..], &mut out[filled..end]) {
            Step::Corrupt => return Unpacked::Corrupt,
            Step::Full if end == most => return Unpacked::TooLarge,
            Step::Full => make_room(out, filled, end.saturating_mul(GROWTH).max(LEAST).min(most)),
            Step::Done { read, written } => {
                at += read;
                filled += written;
                if is_over(input, at, members) {
                    return Unpacked::Done(filled);
                }
            }
        }
    }
}

/// Fresh zeroed memory is not touched by the allocator before it is written to; lengthening a vector would write to it.
fn make_room(out: &mut Vec<u8>, filled: usize, room: usize) {
    if out.len() < room {
        let mut larger = vec![0; room];
        larger[..filled].copy_from_slice(&out[..filled]);
        *out = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A format of its own: a member is a count, a value, and its complement.
    fn step(input: &[u8], out: &mut [u8]) -> Step {
        let &[count, value, check, ..] = input else {
            return Step::Corrupt;
        };
        if check != !value {
            return Step::Corrupt;
        }
        let length = usize::from(count) * 1000;
        match out.get_mut(..length) {
            None => Step::Full,
            Some(slots) => {
                slots.fill(value);
                Step::Done {
                    read: 3,
                    written: length,
                }
            }
        }
    }

    #[test]
    fn members_follow_each_other_and_room_grows() {
        let input = [200, 7, !7, 100, 8, !8, 0, 9];
        let expected = [vec![7; 200_000], vec![8; 100_000]].concat();
        for start in [0, 10, 250_000, 400_000] {
            let mut out = vec![1; start];
            assert_eq!(
                unpack(&input, true, 1 << 20, &mut out, step),
                Unpacked::Done(300_000)
            );
            assert_eq!(out[..300_000], expected);
            assert_eq!(
                unpack(&input, false, 1 << 20, &mut out, step),
                Unpacked::Done(200_000)
            );
        }
        let mut out = vec![0; 300_000];
        assert!(unpack_exactly(&input, true, &mut out, step));
        assert_eq!(out, expected);
        for wrong in [299_999, 300_001, 0] {
            assert!(!unpack_exactly(&input, true, &mut vec![0; wrong], step));
        }
    }

    #[test]
    fn the_ceiling_is_exact() {
        let input = [200, 7, !7, 100, 8, !8];
        for kept in [0, 400_000] {
            let mut out = vec![0; kept];
            assert_eq!(
                unpack(&input, true, 300_000, &mut out, step),
                Unpacked::Done(300_000)
            );
            assert_eq!(
                unpack(&input, true, 299_999, &mut out, step),
                Unpacked::TooLarge
            );
            assert_eq!(unpack(&input, true, 0, &mut out, step), Unpacked::TooLarge);
        }
    }

    #[test]
    fn what_is_cut_or_wrong_is_corrupt() {
        let mut out = Vec::new();
        for input in [
            &[][..],
            &[1, 2],
            &[1, 2, 3],
            &[1, 2, !2, 3],
            &[1, 2, !2, 1, 1, 1],
        ] {
            assert_eq!(
                unpack(input, true, 1 << 20, &mut out, step),
                Unpacked::Corrupt
            );
            assert!(!unpack_exactly(input, true, &mut [0; 1000], step));
        }
    }
}
