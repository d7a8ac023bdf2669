use proptest::prelude::*;

use super::{BuildError, EngineName, Match, MatchKind, MultiFinder};

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

/// What `name` finds, or what the engine finds that is chosen for these patterns.
fn find_with(
    name: Option<EngineName>,
    patterns: &[Vec<u8>],
    haystack: &[u8],
    kind: MatchKind,
    fold: bool,
) -> Option<Vec<Match>> {
    let finder = match name {
        None => MultiFinder::new(patterns, kind, fold).expect("valid patterns"),
        Some(name) => {
            MultiFinder::with_engine(name, patterns, kind, fold).expect("valid patterns")?
        }
    };
    assert!(name.is_none_or(|name| finder.engine() == name));
    let mut matches = vec![Match {
        pattern: 9,
        start: 9,
        end: 9,
    }];
    finder.find_all(haystack, &mut matches);
    assert_eq!(finder.is_match(haystack), !matches.is_empty());
    if kind == MatchKind::Overlapping {
        assert!(matches.is_sorted_by_key(|one| one.end));
        matches.sort_by_key(sort_key);
    }
    Some(matches)
}

fn find(patterns: &[Vec<u8>], haystack: &[u8], kind: MatchKind, fold: bool) -> Vec<Match> {
    find_with(None, patterns, haystack, kind, fold).expect("an engine")
}

const ENGINES: [Option<EngineName>; 6] = [
    None,
    Some(EngineName::Pairs),
    Some(EngineName::Teddy),
    Some(EngineName::Filter),
    Some(EngineName::Table),
    Some(EngineName::Nfa),
];

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
        |count, width| -> Vec<String> { (0..count).map(|n| format!("{n:0width$}")).collect() };
    let engine = |count, width, kind, fold| {
        let finder = MultiFinder::new(&numbered(count, width), kind, fold);
        finder.expect("valid patterns").engine()
    };
    use MatchKind::{LeftmostFirst, Overlapping};
    assert_eq!(engine(500, 5, LeftmostFirst, false), EngineName::Filter);
    assert_eq!(engine(4, 5, Overlapping, false), EngineName::Pairs);
    assert_eq!(engine(20, 5, Overlapping, false), EngineName::Filter);
    let common = MultiFinder::new(&["the", "in", "on"], LeftmostFirst, false);
    assert_ne!(common.expect("valid patterns").engine(), EngineName::Pairs);
    assert_eq!(engine(4, 5, LeftmostFirst, true), EngineName::Filter);
    assert_eq!(engine(4, 2, LeftmostFirst, true), EngineName::Table);
    assert_eq!(engine(30_000, 5, LeftmostFirst, false), EngineName::Nfa);
}

/// A sieve gives up on what it is not made for, and the automaton goes on; at any place, in any kind.
#[test]
fn a_sieve_that_gives_up_loses_and_repeats_nothing() {
    let patterns = [&b"abab"[..], b"babab", b"xabababay", b"needle"].map(<[u8]>::to_vec);
    let calm = b"nothing of interest here. needle? ".repeat(400);
    let dense = [b"ab".repeat(40_000), b"xabababay".repeat(900)].concat();
    let shifted = (0..9).map(|shift| [&calm[shift..], &dense, &calm, &dense].concat());
    for haystack in shifted {
        for kind in KINDS {
            let [pairs, filtered, table] =
                [EngineName::Pairs, EngineName::Filter, EngineName::Table]
                    .map(|name| find_with(Some(name), &patterns, &haystack, kind, false));
            assert!(filtered == table, "{kind:?}");
            assert!(pairs.is_none() || pairs == table, "{kind:?}");
        }
    }
}

fn pattern() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(b"aAbBc\n\xC3\x00".to_vec()), 1..6)
}

fn haystack() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(b"aAbBcd\n\xC3\x00".to_vec()), 0..300)
}

/// Long enough for the longest stride, of a few bytes so that they overlap.
fn long_pattern() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(b"abAB".to_vec()), 3..16)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn finds_what_the_definition_says(
        patterns in prop_oneof![
            prop::collection::vec(pattern(), 1..50),
            prop::collection::vec(long_pattern(), 1..8),
            prop::collection::vec(long_pattern().prop_map(|long| long.repeat(3)), 1..4),
        ],
        haystack in prop_oneof![
            haystack(),
            prop::collection::vec(prop::sample::select(b"abAB".to_vec()), 0..300),
        ],
        embed in any::<prop::sample::Index>(),
        kind in prop::sample::select(KINDS.to_vec()),
        fold in any::<bool>(),
    ) {
        let mut haystack = haystack;
        let at = embed.index(haystack.len() + 1);
        haystack.splice(at..at, patterns[0].iter().copied());
        let expected = naive(&patterns, &haystack, kind, fold);
        for name in ENGINES {
            if let Some(found) = find_with(name, &patterns, &haystack, kind, fold) {
                prop_assert_eq!(&found, &expected, "{:?}", name);
            }
        }
    }
}
