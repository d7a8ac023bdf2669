//! Many patterns in one pass.
//!
//! The engine is chosen here and not by aho-corasick, whose automatic choice is poor at 4 and at 120 patterns and
//! more. In this order, the first that can be built:
//! - Pairs: vectorised search for the rarest two bytes of each pattern. Up to 8 patterns, of every kind, where hardly
//!   anything else should have these pairs; where much has, the automaton goes on.
//! - Teddy: vectorised fingerprints of the patterns' first bytes. Up to 100 patterns, not for overlapping matches, and
//!   not where too much of a text would pass.
//! - The filter of sampled q-grams. Patterns of 3 bytes and more, thousands of them, every kind, either case. Where too
//!   much passes it, the automaton goes on.
//! - The automaton as a table: one load per byte, whatever the patterns.
//! - The automaton as a compact NFA, for sets whose table would be too large.

mod filter;
mod pairs;
mod teddy;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};

use filter::Filter;
use pairs::Pairs;
use teddy::Teddy;

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
    Teddy(Teddy),
    Sieved(Box<Sieved>),
    Automaton(AhoCorasick),
}

/// What looks at a part of the bytes only, and gives up where that does not pay.
enum Sieve {
    Pairs(Pairs),
    Grams(Filter),
}

struct Sieved {
    sieve: Sieve,
    kind: MatchKind,
    ascii_case_insensitive: bool,
    /// Built when the sieve first gives up on some haystack.
    automaton: OnceLock<Option<AhoCorasick>>,
}

/// The engines, for tests and benchmarks of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineName {
    Pairs,
    Teddy,
    Filter,
    Table,
    Nfa,
}

impl MultiFinder {
    pub fn new<P: AsRef<[u8]>>(
        patterns: &[P],
        kind: MatchKind,
        ascii_case_insensitive: bool,
    ) -> Result<MultiFinder, BuildError> {
        let total: usize = patterns.iter().map(|pattern| pattern.as_ref().len()).sum();
        let last = if total <= MOST_TABLE_PATTERN_BYTES {
            EngineName::Table
        } else {
            EngineName::Nfa
        };
        for name in [
            EngineName::Pairs,
            EngineName::Teddy,
            EngineName::Filter,
            last,
        ] {
            match Self::with_engine(name, patterns, kind, ascii_case_insensitive)? {
                Some(finder) if finder.is_promising() => return Ok(finder),
                _ => {}
            }
        }
        Err(BuildError::TooLarge)
    }

    /// With an engine of the caller's choice; None if it cannot search for these patterns.
    pub fn with_engine<P: AsRef<[u8]>>(
        name: EngineName,
        patterns: &[P],
        kind: MatchKind,
        ascii_case_insensitive: bool,
    ) -> Result<Option<MultiFinder>, BuildError> {
        if patterns.iter().any(|pattern| pattern.as_ref().is_empty()) {
            return Err(BuildError::EmptyPattern);
        }
        let sieved = |sieve| {
            Engine::Sieved(Box::new(Sieved {
                sieve,
                kind,
                ascii_case_insensitive,
                automaton: OnceLock::new(),
            }))
        };
        let engine = match name {
            EngineName::Pairs | EngineName::Teddy if ascii_case_insensitive => None,
            EngineName::Pairs => Pairs::new(patterns, kind).map(Sieve::Pairs).map(sieved),
            EngineName::Teddy => Teddy::new(patterns, kind).map(Engine::Teddy),
            EngineName::Filter => Filter::new(patterns, kind, ascii_case_insensitive)
                .map(Sieve::Grams)
                .map(sieved),
            EngineName::Table => {
                automaton(AhoCorasickKind::DFA, patterns, kind, ascii_case_insensitive)
                    .map(Engine::Automaton)
            }
            EngineName::Nfa => automaton(
                AhoCorasickKind::ContiguousNFA,
                patterns,
                kind,
                ascii_case_insensitive,
            )
            .map(Engine::Automaton),
        };
        Ok(engine.map(|engine| MultiFinder { kind, engine }))
    }

    fn is_promising(&self) -> bool {
        match &self.engine {
            Engine::Sieved(sieved) => match &sieved.sieve {
                Sieve::Pairs(pairs) => pairs.is_promising(),
                Sieve::Grams(_) => true,
            },
            _ => true,
        }
    }

    /// Fills `matches` with all matches.
    pub fn find_all(&self, haystack: &[u8], matches: &mut Vec<Match>) {
        matches.clear();
        match &self.engine {
            Engine::Teddy(teddy) => teddy.find_all(haystack, matches),
            Engine::Sieved(sieved) => {
                let complete = match &sieved.sieve {
                    Sieve::Pairs(pairs) => pairs.find_all(haystack, matches),
                    Sieve::Grams(filter) => filter.find_all(haystack, matches),
                };
                if complete < haystack.len()
                    && let Some(automaton) = sieved.automaton()
                {
                    self.go_on(automaton, haystack, complete, matches);
                }
            }
            Engine::Automaton(automaton) => self.go_on(automaton, haystack, 0, matches),
        }
    }

    /// Appends the matches that begin at `complete` or later to those that begin before.
    fn go_on(
        &self,
        automaton: &AhoCorasick,
        haystack: &[u8],
        complete: usize,
        matches: &mut Vec<Match>,
    ) {
        if self.kind == MatchKind::Overlapping {
            let before = matches.len();
            let input = Input::new(haystack).range(complete..);
            matches.extend(automaton.find_overlapping_iter(input).map(as_match));
            if before > 0 {
                matches.sort_by_key(|one| one.end);
            }
            return;
        }
        let free = matches.last().map_or(0, |one| one.end);
        let input = Input::new(haystack).range(complete.max(free)..);
        matches.extend(automaton.find_iter(input).map(as_match));
    }

    /// Whether there is any match.
    pub fn is_match(&self, haystack: &[u8]) -> bool {
        match &self.engine {
            Engine::Teddy(teddy) => teddy.is_match(haystack),
            Engine::Sieved(sieved) => sieved.is_match(haystack),
            Engine::Automaton(automaton) => any(automaton, haystack),
        }
    }

    pub fn kind(&self) -> MatchKind {
        self.kind
    }

    /// The native memory that it holds, in bytes, as long as no sieve has given up.
    pub fn memory_usage(&self) -> usize {
        size_of::<MultiFinder>()
            + match &self.engine {
                Engine::Teddy(teddy) => teddy.memory_usage(),
                Engine::Sieved(sieved) => match &sieved.sieve {
                    Sieve::Pairs(pairs) => pairs.memory_usage(),
                    Sieve::Grams(filter) => filter.memory_usage(),
                },
                Engine::Automaton(automaton) => automaton.memory_usage(),
            }
    }

    pub fn engine(&self) -> EngineName {
        match &self.engine {
            Engine::Teddy(_) => EngineName::Teddy,
            Engine::Sieved(sieved) => match sieved.sieve {
                Sieve::Pairs(_) => EngineName::Pairs,
                Sieve::Grams(_) => EngineName::Filter,
            },
            Engine::Automaton(automaton) if automaton.kind() == AhoCorasickKind::DFA => {
                EngineName::Table
            }
            Engine::Automaton(_) => EngineName::Nfa,
        }
    }
}

impl Sieved {
    fn is_match(&self, haystack: &[u8]) -> bool {
        let found = match &self.sieve {
            Sieve::Pairs(pairs) => pairs.find_any(haystack),
            Sieve::Grams(filter) => filter.find_any(haystack),
        };
        found.is_ok()
            || found.is_err_and(|complete| {
                complete < haystack.len()
                    && self
                        .automaton()
                        .is_some_and(|automaton| any(automaton, &haystack[complete..]))
            })
    }

    fn automaton(&self) -> Option<&AhoCorasick> {
        let patterns = match &self.sieve {
            Sieve::Pairs(pairs) => pairs.patterns(),
            Sieve::Grams(filter) => filter.patterns(),
        };
        let build = || {
            automaton(
                AhoCorasickKind::DFA,
                patterns,
                self.kind,
                self.ascii_case_insensitive,
            )
        };
        self.automaton.get_or_init(build).as_ref()
    }
}

/// From all matches to those of the kind, in its order.
fn settle(kind: MatchKind, found: &mut Vec<Match>) {
    match kind {
        MatchKind::Overlapping => {
            found.sort_by_key(|one| (one.end, one.start, one.pattern));
            return;
        }
        MatchKind::LeftmostFirst => found.sort_by_key(|one| (one.start, one.pattern)),
        MatchKind::LeftmostLongest => {
            found.sort_by_key(|one| (one.start, usize::MAX - one.end, one.pattern));
        }
    }
    let mut free = 0;
    found.retain(|one| {
        let taken = one.start >= free;
        if taken {
            free = one.end;
        }
        taken
    });
}

fn any(automaton: &AhoCorasick, haystack: &[u8]) -> bool {
    automaton.is_match(Input::new(haystack).earliest(true))
}

fn as_match(found: aho_corasick::Match) -> Match {
    Match {
        pattern: found.pattern().as_u32(),
        start: found.start(),
        end: found.end(),
    }
}

/// None if the patterns are too many or too long for one automaton.
fn automaton<P: AsRef<[u8]>>(
    automaton: AhoCorasickKind,
    patterns: &[P],
    kind: MatchKind,
    ascii_case_insensitive: bool,
) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .match_kind(match kind {
            MatchKind::LeftmostFirst => aho_corasick::MatchKind::LeftmostFirst,
            MatchKind::LeftmostLongest => aho_corasick::MatchKind::LeftmostLongest,
            MatchKind::Overlapping => aho_corasick::MatchKind::Standard,
        })
        .kind(Some(automaton))
        .prefilter(false)
        .ascii_case_insensitive(ascii_case_insensitive)
        .build(patterns)
        .ok()
}
