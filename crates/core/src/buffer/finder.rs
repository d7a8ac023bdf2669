//! One needle: memchr's `memmem` (vectors over the two rarest bytes, Two-Way where that does not help), which is linear
//! on every input.
//!
//! Which bytes are rare is a guess about all text. Where a sample of a large haystack says that it is wrong there, as in a
//! log, full of digits and capitals, the needle is compiled once more by what the sample has.

use std::sync::OnceLock;

use memchr::arch::all::packedpair::HeuristicFrequencyRank;
use memchr::memmem::{self, FinderBuilder};

use super::commonness::commonness;

/// Bytes that are searched before the haystack is looked at: most searches are over by then.
const HEAD: usize = 16_384;
/// A sample is so many pieces from all over the haystack, each of so many bytes.
const PIECES: usize = 16;
const PIECE: usize = 64;
/// How often the rarest byte of the needle may be in a sample: a vector in 16 stops the search for it.
const RARE: usize = 2;

/// A compiled needle.
pub struct Finder {
    forward: memmem::Finder<'static>,
    backward: memmem::FinderRev<'static>,
    /// The byte of the needle that is thought to be rarest.
    rarest: Option<u8>,
    /// Compiled by the first sample of a haystack in which that is not rare.
    adapted: OnceLock<memmem::Finder<'static>>,
}

/// How often each byte is in a sample.
struct Sample([u8; 256]);

impl HeuristicFrequencyRank for Sample {
    fn rank(&self, byte: u8) -> u8 {
        self.0[usize::from(byte)]
    }
}

impl Sample {
    fn of(haystack: &[u8]) -> Self {
        let mut counts = [0_u8; 256];
        for byte in pieces(haystack).flatten() {
            let count = &mut counts[usize::from(*byte)];
            *count = count.saturating_add(1);
        }
        Self(counts)
    }
}

/// `PIECES` of them, of a haystack of at least `HEAD` bytes.
fn pieces(haystack: &[u8]) -> impl Iterator<Item = &[u8]> {
    let apart = haystack.len() / PIECES;
    // Not all at the same place of lines that are as long as each other.
    (0..PIECES).filter_map(move |n| haystack.get(n * apart + n..)?.get(..PIECE))
}

impl Finder {
    #[must_use]
    pub fn new(needle: &[u8]) -> Self {
        let by_commonness = |a: &&u8, b: &&u8| commonness(**a).total_cmp(&commonness(**b));
        Self {
            forward: memmem::Finder::new(needle).into_owned(),
            backward: memmem::FinderRev::new(needle).into_owned(),
            rarest: needle.iter().min_by(by_commonness).copied(),
            adapted: OnceLock::new(),
        }
    }

    /// What it holds beyond its own size, roughly.
    #[must_use]
    pub fn memory_usage(&self) -> usize {
        size_of::<Self>() + 3 * self.forward.needle().len()
    }

    /// The one that is likely to be quick in this haystack.
    fn for_haystack(&self, haystack: &[u8]) -> &memmem::Finder<'static> {
        let Some(rarest) = self.rarest.filter(|_| haystack.len() >= HEAD) else {
            return &self.forward;
        };
        let seen: usize = pieces(haystack)
            .map(|piece| memchr::memchr_iter(rarest, piece).count())
            .sum();
        if seen <= RARE {
            return &self.forward;
        }
        self.adapted.get_or_init(|| {
            let builder = FinderBuilder::new();
            builder
                .build_forward_with_ranker(Sample::of(haystack), self.forward.needle())
                .into_owned()
        })
    }

    /// The first match that starts at `from` or later.
    #[must_use]
    pub fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..)?;
        let head = rest
            .get(..HEAD + self.forward.needle().len())
            .unwrap_or(rest);
        if let Some(found) = self.forward.find(head) {
            return Some(from + found);
        }
        let behind = rest.get(HEAD..).filter(|_| head.len() < rest.len())?;
        let found = self.for_haystack(behind).find(behind)?;
        Some(from + HEAD + found)
    }

    /// The last match that starts at `from` or earlier.
    #[must_use]
    pub fn find_last(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let end = from.saturating_add(self.forward.needle().len());
        self.backward.rfind(&bytes[..end.min(bytes.len())])
    }

    /// Appends the offsets of all matches that do not overlap, from the left.
    pub fn find_all(&self, bytes: &[u8], found: &mut Vec<usize>) {
        found.extend(self.for_haystack(bytes).find_iter(bytes));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Finder, HEAD};

    /// A log in which all that a guess holds for rare is common.
    fn log(lines: usize) -> Vec<u8> {
        b"2024-01-01T00:00:00Z INFO Q[X]Z a request was answered\n".repeat(lines)
    }

    #[test]
    fn a_haystack_that_is_unlike_all_text_is_searched_by_what_it_has() {
        let needle = b"2024-01-01T00:00:00Z ERROR";
        let mut bytes = log(5_000);
        let finder = Finder::new(needle);
        assert_eq!(finder.find(&bytes, 0), None);
        assert!(finder.adapted.get().is_some());
        for at in [0, 1, HEAD - needle.len(), HEAD - 3, HEAD, HEAD + 1, 200_000] {
            bytes[at..at + needle.len()].copy_from_slice(needle);
            assert_eq!(finder.find(&bytes, at), Some(at));
            let mut all = Vec::new();
            finder.find_all(&bytes, &mut all);
            assert_eq!(all, [at]);
            assert_eq!(finder.find_last(&bytes, usize::MAX), Some(at));
            bytes[at..at + needle.len()].fill(b'.');
            assert_eq!(finder.find(&bytes, 0), None);
        }
    }

    #[test]
    fn ordinary_text_needs_no_second_compilation() {
        let text = b"the quick brown fox jumps over the lazy dog, and so on; ".repeat(2_000);
        let finder = Finder::new(b"over the Quiet dog");
        assert_eq!(finder.find(&text, 0), None);
        assert!(finder.adapted.get().is_none());
        assert_eq!(Finder::new(b"").find(&text, 40_000), Some(40_000));
    }

    proptest! {
        #[test]
        fn finds_what_windows_show(
            bytes in prop::collection::vec(0..3_u8, 0..200),
            needle in prop::collection::vec(0..3_u8, 1..6),
            from in 0..220_usize,
        ) {
            let finder = Finder::new(&needle);
            let starts: Vec<usize> = (0..bytes.len())
                .filter(|&at| bytes[at..].starts_with(&needle))
                .collect();
            prop_assert_eq!(finder.find(&bytes, from), starts.iter().copied().find(|at| *at >= from));
            prop_assert_eq!(
                finder.find_last(&bytes, from),
                starts.iter().copied().rfind(|at| *at <= from)
            );
            let mut all = Vec::new();
            finder.find_all(&bytes, &mut all);
            let mut expected = Vec::new();
            for at in starts {
                if expected.last().is_none_or(|last| at >= last + needle.len()) {
                    expected.push(at);
                }
            }
            prop_assert_eq!(all, expected);
        }
    }
}
