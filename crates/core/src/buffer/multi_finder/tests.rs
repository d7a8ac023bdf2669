use proptest::prelude::*;

use super::{BuildError, Match, MatchKind, MultiFinder};

fn folded(bytes: &[u8], fold: bool) -> Vec<u8> {
    if fold {
        bytes.to_ascii_lowercase()
    } else {
        bytes.to_vec()
    }
}

/// The definition, word for word: every pattern tried at every place.
fn naive(patterns: &[Vec<u8>], haystack: &[u8], kind: MatchKind, fold: bool) -> Vec<Match> {
    let patterns: Vec<Vec<u8>> = patterns.iter().map(|one| folded(one, fold)).collect();
    let haystack = folded(haystack, fold);
    let at = |start: usize| {
        let rest = &haystack[start..];
        patterns
            .iter()
            .enumerate()
            .filter(move |(_, pattern)| rest.starts_with(pattern))
            .map(move |(index, pattern)| Match {
                pattern: index as u32,
                start,
                end: start + pattern.len(),
            })
    };
    if kind == MatchKind::Overlapping {
        let mut all: Vec<Match> = (0..haystack.len()).flat_map(at).collect();
        all.sort_by_key(sort_key);
        return all;
    }
    let mut found = Vec::new();
    let mut start = 0;
    while start < haystack.len() {
        let best = match kind {
            MatchKind::LeftmostFirst => at(start).next(),
            // Of equal patterns, the first one.
            _ => at(start).min_by_key(|one| (usize::MAX - one.end, one.pattern)),
        };
        start = best.map_or(start + 1, |one| one.end);
        found.extend(best);
    }
    found
}

/// Ends first; those that end together from the longest to the shortest, equal patterns as given.
fn sort_key(one: &Match) -> (usize, usize, u32) {
    (one.end, one.start, one.pattern)
}

fn find(patterns: &[Vec<u8>], haystack: &[u8], kind: MatchKind, fold: bool) -> Vec<Match> {
    let finder = MultiFinder::new(patterns, kind, fold).expect("valid patterns");
    let mut matches = Vec::new();
    finder.find_all(haystack, &mut matches);
    assert_eq!(finder.is_match(haystack), !matches.is_empty());
    matches
}

const KINDS: [MatchKind; 3] = [
    MatchKind::LeftmostFirst,
    MatchKind::LeftmostLongest,
    MatchKind::Overlapping,
];

#[test]
fn refuses_an_empty_pattern() {
    let built = MultiFinder::new(&["a", ""], MatchKind::LeftmostFirst, false);
    assert_eq!(built.err(), Some(BuildError::EmptyPattern));
}

#[test]
fn no_patterns_match_nothing() {
    for kind in KINDS {
        assert_eq!(find(&[], b"anything", kind, false), []);
    }
}

#[test]
fn kinds_differ_as_documented() {
    let patterns = [b"ab".to_vec(), b"abcd".to_vec(), b"cd".to_vec()];
    let seen = |kind| -> Vec<(u32, usize, usize)> {
        find(&patterns, b"xabcd", kind, false)
            .iter()
            .map(|one| (one.pattern, one.start, one.end))
            .collect()
    };
    assert_eq!(seen(MatchKind::LeftmostFirst), [(0, 1, 3), (2, 3, 5)]);
    assert_eq!(seen(MatchKind::LeftmostLongest), [(1, 1, 5)]);
    assert_eq!(
        seen(MatchKind::Overlapping),
        [(0, 1, 3), (1, 1, 5), (2, 3, 5)]
    );
}

#[test]
fn engines_are_chosen_by_the_patterns() {
    let numbered =
        |count: usize| -> Vec<String> { (0..count).map(|n| format!("key{n:04}")).collect() };
    let engine = |count, kind, fold| {
        MultiFinder::new(&numbered(count), kind, fold)
            .expect("valid patterns")
            .engine()
    };
    assert_eq!(engine(500, MatchKind::LeftmostFirst, false), "dfa");
    assert_eq!(engine(4, MatchKind::Overlapping, false), "dfa");
    assert_eq!(engine(10_000, MatchKind::LeftmostFirst, false), "nfa");
}

fn pattern() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(b"aAbBc\n\xC3\x00".to_vec()), 1..6)
}

fn haystack() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(b"aAbBcd\n\xC3\x00".to_vec()), 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn finds_what_the_definition_says(
        patterns in prop::collection::vec(pattern(), 1..50),
        haystack in haystack(),
        kind in prop::sample::select(KINDS.to_vec()),
        fold in any::<bool>(),
    ) {
        let mut found = find(&patterns, &haystack, kind, fold);
        if kind == MatchKind::Overlapping {
            prop_assert!(found.is_sorted_by_key(|one| one.end));
            found.sort_by_key(sort_key);
        }
        prop_assert_eq!(found, naive(&patterns, &haystack, kind, fold));
    }
}
