//! Finder against windows, and the matches of a MultiFinder against its patterns.
#![no_main]

use ironloop_core::buffer::{Finder, MatchKind, MultiFinder};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: (&[u8], &[u8])| {
    let (needle, bytes) = data;
    if needle.is_empty() || needle.len() > bytes.len() {
        return;
    }
    let finder = Finder::new(needle);
    let first = bytes
        .windows(needle.len())
        .position(|window| window == needle);
    let last = bytes
        .windows(needle.len())
        .rposition(|window| window == needle);
    assert_eq!(finder.find(bytes, 0), first);
    assert_eq!(finder.find_last(bytes, usize::MAX), last);
    let patterns: Vec<&[u8]> = needle
        .split(|byte| *byte == 0)
        .filter(|one| !one.is_empty())
        .collect();
    for kind in [
        MatchKind::LeftmostFirst,
        MatchKind::LeftmostLongest,
        MatchKind::Overlapping,
    ] {
        if let Ok(multi) = MultiFinder::new(&patterns, kind, false) {
            let mut found = Vec::new();
            multi.find_all(bytes, &mut found);
            for one in &found {
                assert_eq!(bytes[one.start..one.end], *patterns[one.pattern as usize]);
            }
            assert_eq!(multi.is_match(bytes), !found.is_empty());
        }
    }
});
