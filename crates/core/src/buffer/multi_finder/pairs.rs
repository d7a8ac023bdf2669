//! A few patterns by two bytes of each: Teddy looks for the least common pair of neighbours in every pattern, wherever
//! that is, instead of for the first four bytes of all. Two shuffled masks a byte instead of eight: twice as quick, if
//! hardly any place has such a pair. What has one is compared; where too many do, the caller goes on with the automaton.

use aho_corasick::{Span, packed};

use super::{Match, MatchKind, settle};
use crate::buffer::commonness::commonness;

/// Teddy's buckets: with one pair in each nothing passes but the pairs.
const MOST_PAIRS: usize = 8;
/// A place that passes costs about what this many bytes cost that do not.
const BYTES_PER_CANDIDATE: usize = 256;
/// So much is read before it is asked whether the pairs are worth it.
const START: usize = 64 << 10;
/// The share of places that may be expected to pass: more cost what is saved.
const MOST_PASSING: f32 = 0.001;

pub(super) struct Pairs {
    searcher: packed::Searcher,
    /// By the searcher's numbers: the patterns, and where in them the pair is.
    places: Vec<Vec<(u32, usize)>>,
    patterns: Vec<Box<[u8]>>,
    kind: MatchKind,
    /// The most bytes between a match's start and the pair that finds it.
    reach: usize,
    passing: f32,
}

fn share(pair: [u8; 2]) -> f32 {
    commonness(pair[0]) * commonness(pair[1])
}

/// The rarest pair of neighbours, and where it is.
fn rarest(pattern: &[u8]) -> Option<([u8; 2], usize)> {
    let pairs = pattern.windows(2).map(|pair| [pair[0], pair[1]]).zip(0..);
    pairs.min_by(|a, b| share(a.0).total_cmp(&share(b.0)))
}

impl Pairs {
    /// None if there are too many patterns, or some of one byte, or no vectors for them.
    pub(super) fn new<P: AsRef<[u8]>>(patterns: &[P], kind: MatchKind) -> Option<Pairs> {
        let mut pairs: Vec<[u8; 2]> = Vec::new();
        let mut places: Vec<Vec<(u32, usize)>> = Vec::new();
        let mut reach = 0;
        if patterns.len() > MOST_PAIRS {
            return None;
        }
        for (id, pattern) in patterns.iter().enumerate() {
            let (pair, offset) = rarest(pattern.as_ref())?;
            let index = pairs
                .iter()
                .position(|one| *one == pair)
                .unwrap_or_else(|| {
                    pairs.push(pair);
                    places.push(Vec::new());
                    pairs.len() - 1
                });
            places[index].push((id as u32, offset));
            reach = reach.max(offset);
        }
        let searcher = packed::Config::new()
            .heuristic_pattern_limits(false)
            .only_teddy_fat(Some(false))
            .builder()
            .extend(&pairs)
            .build()?;
        let copy = |pattern: &P| pattern.as_ref().into();
        Some(Pairs {
            searcher,
            places,
            patterns: patterns.iter().map(copy).collect(),
            kind,
            reach,
            passing: pairs.iter().copied().map(share).sum(),
        })
    }

    /// Whether it may be expected to be quicker than the other engines.
    pub(super) fn is_promising(&self) -> bool {
        self.passing <= MOST_PASSING
    }

    /// Appends matches to `found`, which is empty, in the order and by the rule of the kind. Returns where it stopped:
    /// no match that begins before that place is missing. That is the end, or where the pairs were not worth it.
    pub(super) fn find_all(&self, haystack: &[u8], found: &mut Vec<Match>) -> usize {
        let complete = self.search(haystack, found, false);
        found.retain(|one| one.start < complete);
        settle(self.kind, found);
        complete
    }

    /// Whether there is a match; otherwise where the search stopped, as `find_all` does.
    pub(super) fn find_any(&self, haystack: &[u8]) -> Result<(), usize> {
        let mut found = Vec::new();
        let complete = self.search(haystack, &mut found, true);
        if found.is_empty() {
            return Err(complete);
        }
        Ok(())
    }

    /// Appends all matches, or the first that is met if `any` is enough.
    fn search(&self, haystack: &[u8], found: &mut Vec<Match>, any: bool) -> usize {
        let (mut at, end) = (0, haystack.len());
        let mut candidates = 0;
        while let Some(pair) = self.searcher.find_in(haystack, Span { start: at, end }) {
            candidates += 1;
            if candidates * BYTES_PER_CANDIDATE > START + pair.start() {
                return pair.start().saturating_sub(self.reach);
            }
            for &(id, offset) in &self.places[pair.pattern().as_usize()] {
                found.extend(self.compare(haystack, pair.start(), id, offset));
            }
            if any && !found.is_empty() {
                break;
            }
            at = pair.start() + 1;
        }
        end
    }

    fn compare(&self, haystack: &[u8], at: usize, id: u32, offset: usize) -> Option<Match> {
        let pattern = &self.patterns[id as usize];
        let start = at.checked_sub(offset)?;
        let end = start + pattern.len();
        let equal = haystack.get(start..end)? == &**pattern;
        equal.then_some(Match {
            pattern: id,
            start,
            end,
        })
    }

    pub(super) fn patterns(&self) -> &[Box<[u8]>] {
        &self.patterns
    }

    pub(super) fn memory_usage(&self) -> usize {
        let patterns = self.patterns.iter().map(|one| one.len() + size_of_val(one));
        self.searcher.memory_usage() + size_of_val(&*self.places) + patterns.sum::<usize>()
    }
}
