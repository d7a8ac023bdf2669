//! Many patterns in one pass.
//!
//! The engine is chosen here and not by aho-corasick, whose automatic choice is poor at 4 and at 120 patterns and
//! more: Teddy (vectorised fingerprints of the patterns' first bytes) where it can be built, otherwise the automaton
//! as a table (one load per byte, whatever the patterns), otherwise, for sets whose table would be too large, as a
//! compact NFA.

#[cfg(test)]
mod tests;

use aho_corasick::packed;
use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};

/// Which of several matches that overlap is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchKind {
    /// The leftmost; of those that start there, the pattern that was given first. As a RegExp's alternation.
    LeftmostFirst,
    /// The leftmost; of those that start there, the longest.
    LeftmostLongest,
    /// All of them, by their ends.
    Overlapping,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// The index of the pattern.
    pub pattern: u32,
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub enum BuildError {
    /// An empty pattern would match everywhere.
    EmptyPattern,
    /// More patterns, or longer ones, than an automaton can number.
    TooLarge,
}

/// Above so many bytes of patterns, the table (about 1 KB per byte at most) would cost more than it saves.
const MOST_TABLE_PATTERN_BYTES: usize = 64 * 1024;

pub struct MultiFinder {
    kind: MatchKind,
    engine: Engine,
}

enum Engine {
    Teddy(packed::Searcher),
    Automaton(AhoCorasick),
}

impl MultiFinder {
    pub fn new<P: AsRef<[u8]>>(
        patterns: &[P],
        kind: MatchKind,
        ascii_case_insensitive: bool,
    ) -> Result<MultiFinder, BuildError> {
        if patterns.iter().any(|pattern| pattern.as_ref().is_empty()) {
            return Err(BuildError::EmptyPattern);
        }
        let teddy = match kind {
            _ if ascii_case_insensitive => None,
            MatchKind::LeftmostFirst => teddy(patterns, packed::MatchKind::LeftmostFirst),
            MatchKind::LeftmostLongest => teddy(patterns, packed::MatchKind::LeftmostLongest),
            MatchKind::Overlapping => None,
        };
        let engine = match teddy {
            Some(searcher) => Engine::Teddy(searcher),
            None => Engine::Automaton(automaton(patterns, kind, ascii_case_insensitive)?),
        };
        Ok(MultiFinder { kind, engine })
    }

    /// Appends all matches to `matches`.
    pub fn find_all(&self, haystack: &[u8], matches: &mut Vec<Match>) {
        match &self.engine {
            Engine::Teddy(searcher) => {
                matches.extend(searcher.find_iter(haystack).map(|found| Match {
                    pattern: found.pattern().as_u32(),
                    start: found.start(),
                    end: found.end(),
                }));
            }
            Engine::Automaton(automaton) if self.kind == MatchKind::Overlapping => {
                matches.extend(automaton.find_overlapping_iter(haystack).map(as_match));
            }
            Engine::Automaton(automaton) => {
                matches.extend(automaton.find_iter(haystack).map(as_match))
            }
        }
    }

    /// Whether there is any match.
    pub fn is_match(&self, haystack: &[u8]) -> bool {
        match &self.engine {
            Engine::Teddy(searcher) => searcher.find(haystack).is_some(),
            Engine::Automaton(automaton) => automaton.is_match(Input::new(haystack).earliest(true)),
        }
    }

    pub fn kind(&self) -> MatchKind {
        self.kind
    }

    /// The native memory it holds, in bytes.
    pub fn memory_usage(&self) -> usize {
        size_of::<MultiFinder>()
            + match &self.engine {
                Engine::Teddy(searcher) => searcher.memory_usage(),
                Engine::Automaton(automaton) => automaton.memory_usage(),
            }
    }

    /// The engine's name, for benchmarks and tests.
    pub fn engine(&self) -> &'static str {
        match &self.engine {
            Engine::Teddy(_) => "teddy",
            Engine::Automaton(automaton) if automaton.kind() == AhoCorasickKind::DFA => "dfa",
            Engine::Automaton(_) => "nfa",
        }
    }
}

fn as_match(found: aho_corasick::Match) -> Match {
    Match {
        pattern: found.pattern().as_u32(),
        start: found.start(),
        end: found.end(),
    }
}

fn teddy<P: AsRef<[u8]>>(patterns: &[P], kind: packed::MatchKind) -> Option<packed::Searcher> {
    packed::Config::new()
        .match_kind(kind)
        .builder()
        .extend(patterns)
        .build()
}

fn automaton<P: AsRef<[u8]>>(
    patterns: &[P],
    kind: MatchKind,
    ascii_case_insensitive: bool,
) -> Result<AhoCorasick, BuildError> {
    let total: usize = patterns.iter().map(|pattern| pattern.as_ref().len()).sum();
    let table = total <= MOST_TABLE_PATTERN_BYTES;
    AhoCorasick::builder()
        .match_kind(match kind {
            MatchKind::LeftmostFirst => aho_corasick::MatchKind::LeftmostFirst,
            MatchKind::LeftmostLongest => aho_corasick::MatchKind::LeftmostLongest,
            MatchKind::Overlapping => aho_corasick::MatchKind::Standard,
        })
        .kind(Some(if table {
            AhoCorasickKind::DFA
        } else {
            AhoCorasickKind::ContiguousNFA
        }))
        .prefilter(false)
        .ascii_case_insensitive(ascii_case_insensitive)
        .build(patterns)
        .map_err(|_| BuildError::TooLarge)
}
