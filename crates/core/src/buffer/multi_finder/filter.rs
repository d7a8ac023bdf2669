//! Sampled q-grams: a filter that looks at every n-th place only, and at few bytes there.
//!
//! Of each pattern a window of `stride + q - 1` bytes is chosen, the one whose q-grams are the least common in text. Of
//! any `stride` places in a row one is a multiple of `stride`; so wherever the pattern is, one of the sampled places
//! begins one of the window's q-grams. All q-grams of all windows are in a hashed bit set that fits the L1 cache: one
//! load, one multiplication and one bit per sampled place. What passes is looked up in a hash table and compared.
//! (Wu and Manber's shift of whole q-grams, 1994, with a fixed stride and a chosen window; Rabin and Karp's check.)
//!
//! The work per place is bounded: where too much passes, the caller goes on with the automaton.

use super::{Match, MatchKind, settle};
use crate::buffer::commonness::commonness;

/// The bit set has at least so many bits per q-gram, so that about one place in 64 passes by chance, at most.
const BITS_PER_GRAM: usize = 64;
const LEAST_BITS: usize = 1 << 14;
/// Above this the bit set leaves the caches, and the automaton wins.
const MOST_GRAMS: usize = 1 << 14;
/// A longer stride would save less than the q-grams that it adds cost.
const MOST_STRIDE: usize = 6;
/// A probe looks at this many bytes at once; it holds 8 places at stride 1 and 4 at the longest stride.
const CHUNK: usize = 32;
/// After each block it is asked whether the filter is worth it.
const BLOCK: usize = 4096;
/// A place that passes costs about what an automaton costs for so many bytes.
const BYTES_PER_CANDIDATE: usize = 12;

pub(super) struct Filter {
    patterns: Vec<Box<[u8]>>,
    kind: MatchKind,
    ascii_case_insensitive: bool,
    stride: usize,
    /// Selects the gram's bytes of four.
    gram_mask: u32,
    gram_length: usize,
    /// What is or'ed to each gram: the bit that lower case has and upper case has not, or nothing.
    fold: u32,
    /// A power of two of bytes; some bits of a hash choose the byte, others the bit.
    bits: Box<[u8]>,
    /// By hash: the first of its entries, or `NONE`.
    heads: Box<[u32]>,
    entries: Vec<Entry>,
    /// The most bytes between a match's start and the q-gram that finds it.
    reach: usize,
}

const NONE: u32 = u32::MAX;

/// Fibonacci hashing: the upper bits depend on all of the gram's.
#[inline(always)]
fn hash(gram: u32) -> u64 {
    u64::from(gram).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Constant shifts and a table of bits, because shifts by a variable are slow on baseline x86-64.
#[inline(always)]
fn byte_index(hash: u64, bits: &[u8]) -> usize {
    (hash >> 40) as usize & (bits.len() - 1)
}

#[inline(always)]
fn bit(hash: u64) -> u8 {
    const BITS: [u8; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
    BITS[(hash >> 37) as usize & 7]
}

/// What the inner loop needs, in registers.
#[derive(Clone, Copy)]
struct Probe<'f> {
    bits: &'f [u8],
    gram_mask: u32,
    fold: u32,
}

impl Probe<'_> {
    #[inline(always)]
    fn gram(self, four: [u8; 4]) -> u32 {
        (u32::from_le_bytes(four) | self.fold) & self.gram_mask
    }

    /// Not 0 if the gram may be one of the patterns'.
    #[inline(always)]
    fn passes(self, gram: u32) -> u8 {
        let hash = hash(gram);
        self.bits[byte_index(hash, self.bits)] & bit(hash)
    }

    #[inline(always)]
    fn passes_in(self, chunk: &[u8; CHUNK], at: usize) -> u8 {
        let four = chunk[at..].first_chunk().copied().unwrap_or_default();
        self.passes(self.gram(four))
    }
}

struct Entry {
    gram: u32,
    pattern: u32,
    /// Of the gram in the pattern.
    offset: u32,
    next: u32,
}

impl Filter {
    /// None if the patterns are too short or too many for it.
    pub(super) fn new<P: AsRef<[u8]>>(
        patterns: &[P],
        kind: MatchKind,
        ascii_case_insensitive: bool,
    ) -> Option<Filter> {
        let shortest = patterns
            .iter()
            .map(|pattern| pattern.as_ref().len())
            .min()?;
        let gram_length = match shortest {
            0..=2 => return None,
            3 => 3,
            _ => 4,
        };
        let stride = (shortest - gram_length + 1)
            .min(MOST_STRIDE)
            .min(MOST_GRAMS / patterns.len());
        if stride == 0 {
            return None;
        }
        let grams = patterns.len() * stride;
        let bits = (grams * BITS_PER_GRAM).next_power_of_two().max(LEAST_BITS);
        let mut filter = Filter {
            patterns: patterns.iter().map(|one| one.as_ref().into()).collect(),
            kind,
            ascii_case_insensitive,
            stride,
            gram_mask: if gram_length == 3 {
                0x00FF_FFFF
            } else {
                u32::MAX
            },
            gram_length,
            fold: if ascii_case_insensitive {
                0x2020_2020
            } else {
                0
            },
            bits: vec![0; bits / 8].into(),
            heads: vec![NONE; (grams * 2).next_power_of_two()].into(),
            entries: Vec::with_capacity(grams),
            reach: 0,
        };
        for (index, pattern) in patterns.iter().enumerate() {
            filter.add(index as u32, pattern.as_ref());
        }
        Some(filter)
    }

    fn add(&mut self, index: u32, pattern: &[u8]) {
        let window = self.rarest_window(pattern);
        for offset in window..window + self.stride {
            let gram = self.gram_at(pattern, offset);
            let hash = hash(gram);
            let byte = byte_index(hash, &self.bits);
            self.bits[byte] |= bit(hash);
            let head = self.head(hash);
            self.entries.push(Entry {
                gram,
                pattern: index,
                offset: offset as u32,
                next: self.heads[head],
            });
            self.heads[head] = (self.entries.len() - 1) as u32;
            self.reach = self.reach.max(offset);
        }
    }

    /// Where the window begins whose grams are expected least often in text.
    fn rarest_window(&self, pattern: &[u8]) -> usize {
        let frequency = |gram: &[u8]| gram.iter().map(|&byte| commonness(byte)).product::<f32>();
        let starts = pattern.len() - (self.stride + self.gram_length - 1);
        let cost = |start: usize| -> f32 {
            let window = &pattern[start..start + self.stride + self.gram_length - 1];
            window.windows(self.gram_length).map(frequency).sum()
        };
        let by_cost = |a: &usize, b: &usize| cost(*a).total_cmp(&cost(*b));
        (0..=starts).min_by(by_cost).unwrap_or(0)
    }

    /// Where the chain of a gram's entries begins.
    fn head(&self, hash: u64) -> usize {
        (hash >> 32) as usize & (self.heads.len() - 1)
    }

    /// The gram at a place with fewer than four bytes left, if need be.
    fn gram_at(&self, bytes: &[u8], at: usize) -> u32 {
        let mut four = [0; 4];
        for (slot, byte) in four.iter_mut().zip(&bytes[at..]) {
            *slot = *byte;
        }
        self.to_probe().gram(four)
    }

    fn to_probe(&self) -> Probe<'_> {
        Probe {
            bits: &self.bits,
            gram_mask: self.gram_mask,
            fold: self.fold,
        }
    }

    /// Appends matches to `found`, which is empty, in the order and by the rule of the kind. Returns where it stopped:
    /// no match that begins before that place is missing. That is the end, or where the filter was not worth it.
    pub(super) fn find_all(&self, haystack: &[u8], found: &mut Vec<Match>) -> usize {
        let complete = self.complete(haystack, self.probe_all(haystack, found, false));
        found.retain(|one| one.start < complete);
        settle(self.kind, found);
        complete
    }

    /// Whether there is a match; otherwise where the filter stopped, as `find_all` does.
    pub(super) fn find_any(&self, haystack: &[u8]) -> Result<(), usize> {
        let mut found = Vec::new();
        let probed = self.probe_all(haystack, &mut found, true);
        if found.is_empty() {
            return Err(self.complete(haystack, probed));
        }
        Ok(())
    }

    /// A match that begins before this place was found, if the places before `probed` were probed.
    fn complete(&self, haystack: &[u8], probed: usize) -> usize {
        if probed == haystack.len() {
            return probed;
        }
        probed.saturating_sub(self.reach)
    }

    fn probe_all(&self, haystack: &[u8], found: &mut Vec<Match>, any: bool) -> usize {
        match self.stride {
            1 => self.probe::<1, 8>(haystack, found, any),
            2 => self.probe::<2, 8>(haystack, found, any),
            3 => self.probe::<3, 8>(haystack, found, any),
            4 => self.probe::<4, 8>(haystack, found, any),
            5 => self.probe::<5, 4>(haystack, found, any),
            _ => self.probe::<6, 4>(haystack, found, any),
        }
    }

    /// Appends all matches, in the order of the grams that found them; stops at the first if `any` is enough. Returns
    /// up to where all places were probed.
    fn probe<const STRIDE: usize, const PLACES: usize>(
        &self,
        haystack: &[u8],
        found: &mut Vec<Match>,
        any: bool,
    ) -> usize {
        let probe = self.to_probe();
        let mut at = 0;
        while at < haystack.len() {
            let block = at;
            let mut candidates = 0;
            while let Some(chunk) = haystack[at..].first_chunk::<CHUNK>()
                && at < block + BLOCK
            {
                let mut any_passes = 0;
                for place in 0..PLACES {
                    any_passes |= probe.passes_in(chunk, place * STRIDE);
                }
                if any_passes != 0 {
                    for place in 0..PLACES {
                        if probe.passes_in(chunk, place * STRIDE) != 0 {
                            candidates += 1;
                            self.compare(haystack, at + place * STRIDE, found);
                        }
                    }
                }
                at += PLACES * STRIDE;
            }
            if any && !found.is_empty() {
                return at;
            }
            if haystack.len() - at < CHUNK {
                break;
            }
            if candidates * BYTES_PER_CANDIDATE > BLOCK {
                return at;
            }
        }
        while at + self.gram_length <= haystack.len() {
            if probe.passes(self.gram_at(haystack, at)) != 0 {
                self.compare(haystack, at, found);
            }
            at += STRIDE;
        }
        haystack.len()
    }

    #[inline(never)]
    fn compare(&self, haystack: &[u8], at: usize, found: &mut Vec<Match>) {
        let gram = self.gram_at(haystack, at);
        let mut next = self.heads[self.head(hash(gram))];
        while let Some(entry) = self.entries.get(next as usize) {
            next = entry.next;
            if entry.gram != gram {
                continue;
            }
            let pattern = &self.patterns[entry.pattern as usize];
            let Some(start) = at.checked_sub(entry.offset as usize) else {
                continue;
            };
            let end = start + pattern.len();
            let equal = haystack.get(start..end).is_some_and(|bytes| {
                **pattern == *bytes
                    || self.ascii_case_insensitive && pattern.eq_ignore_ascii_case(bytes)
            });
            if equal {
                found.push(Match {
                    pattern: entry.pattern,
                    start,
                    end,
                });
            }
        }
    }

    pub(super) fn patterns(&self) -> &[Box<[u8]>] {
        &self.patterns
    }

    pub(super) fn memory_usage(&self) -> usize {
        size_of_val(&*self.bits)
            + size_of_val(&*self.heads)
            + self.entries.capacity() * size_of::<Entry>()
            + self
                .patterns
                .iter()
                .map(|one| one.len() + size_of::<Box<[u8]>>())
                .sum::<usize>()
    }
}
