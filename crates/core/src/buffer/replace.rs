//! Replacing matches: the result's length first, then one pass that fills a buffer of exactly this length.

use super::Match;

/// The bytes of replacement `pattern`; replacements are joined, `ends` says where each ends. One for all, or one per
/// pattern.
fn bounds(ends: &[u32], pattern: u32) -> Option<(usize, usize)> {
    let index = if ends.len() == 1 { 0 } else { pattern as usize };
    let end = *ends.get(index)? as usize;
    let start = match index {
        0 => 0,
        _ => ends[index - 1] as usize,
    };
    Some((start, end))
}

/// How long `length` bytes become.
pub fn replaced_length(length: usize, matches: &[Match], ends: &[u32]) -> usize {
    matches.iter().fold(length, |length, one| {
        let (start, end) = bounds(ends, one.pattern).unwrap_or_default();
        length + (end - start) - (one.end - one.start)
    })
}

/// Fills `out` with `bytes` in which each match has become its replacement. False, with `out` partly written, if the
/// matches are not of these bytes or `out` is not of `replaced_length`.
pub fn replace(
    bytes: &[u8],
    matches: &[Match],
    joined: &[u8],
    ends: &[u32],
    out: &mut [u8],
) -> bool {
    fill(bytes, matches, joined, ends, out).is_some_and(|rest| rest.is_empty())
}

fn fill<'o>(
    bytes: &[u8],
    matches: &[Match],
    joined: &[u8],
    ends: &[u32],
    mut out: &'o mut [u8],
) -> Option<&'o mut [u8]> {
    let mut copied = 0;
    for one in matches {
        let (start, end) = bounds(ends, one.pattern)?;
        out = append(out, bytes.get(copied..one.start)?)?;
        out = append(out, joined.get(start..end)?)?;
        copied = one.end;
    }
    append(out, bytes.get(copied..)?)
}

fn append<'o>(out: &'o mut [u8], piece: &[u8]) -> Option<&'o mut [u8]> {
    let (head, rest) = out.split_at_mut_checked(piece.len())?;
    head.copy_from_slice(piece);
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::super::{MatchKind, MultiFinder};
    use super::*;

    fn replaced(patterns: &[&str], text: &str, replacements: &[&str]) -> String {
        let finder = MultiFinder::new(patterns, MatchKind::LeftmostFirst, false).expect("patterns");
        let mut matches = Vec::new();
        finder.find_all(text.as_bytes(), &mut matches);
        let joined = replacements.concat();
        let ends: Vec<u32> = replacements
            .iter()
            .scan(0, |end, one| {
                *end += one.len() as u32;
                Some(*end)
            })
            .collect();
        let mut out = vec![b'?'; replaced_length(text.len(), &matches, &ends)];
        assert!(replace(
            text.as_bytes(),
            &matches,
            joined.as_bytes(),
            &ends,
            &mut out
        ));
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn replaces_by_pattern_and_by_one_for_all() {
        assert_eq!(replaced(&["a", "bc"], "abcabc", &["1", "22"]), "122122");
        assert_eq!(replaced(&["a", "bc"], "xabcx", &["-"]), "x--x");
        assert_eq!(replaced(&["a", "bc"], "abc", &["", ""]), "");
        assert_eq!(replaced(&["a"], "nothing", &["longer"]), "nothing");
    }

    #[test]
    fn an_output_of_another_length_is_refused() {
        let one = Match {
            pattern: 0,
            start: 1,
            end: 2,
        };
        for length in [0, 2, 4] {
            assert!(!replace(b"abc", &[one], b"x", &[1], &mut vec![0; length]));
        }
        let beyond = Match {
            pattern: 0,
            start: 1,
            end: 9,
        };
        assert!(!replace(b"abc", &[beyond], b"x", &[1], &mut [0; 3]));
    }
}
