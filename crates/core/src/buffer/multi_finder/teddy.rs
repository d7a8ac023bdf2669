//! Teddy with buckets that fit: which patterns share a bucket decides how much of a text has to be looked at twice.
//!
//! Teddy (Hyperscan's, as in aho-corasick's `packed`) has 8 or 16 buckets. A place passes a bucket if, for each of the
//! first up to four bytes, the low and the high half of the byte is one that some pattern of the bucket has there.
//! aho-corasick fills the buckets in turn; with 30 patterns of all kinds in 8 buckets most of a source text passes.
//! Here like goes to like: starting from one cluster per pattern, the two are joined whose union lets the least more
//! through, until there are as many as buckets. On source text that is several times faster.
//!
//! Patterns of which one is a prefix of the other have the same first bytes and so are in one cluster; there they keep
//! their order, which is all that leftmost-first needs.

use aho_corasick::packed;

use super::{Match, MatchKind};
use crate::buffer::commonness::commonness;

/// As many bytes of each pattern as Teddy looks at.
const MOST_MASKS: usize = 4;
/// Slots that `packed` can hold, fillers included.
const MOST_SLOTS: usize = 127;
/// Clusters are found in cubic time; and more patterns than this do not fit into 16 buckets anyway.
const MOST_PATTERNS: usize = 100;
/// Buckets of the two forms: one steps over 32 bytes at once, the other over 16.
const SLIM: usize = 8;
const FAT: usize = 16;
/// What the fat form costs more, as the share of places that might as well pass.
const FAT_COST: f32 = 0.01;
/// Where more than this share of the places passes, another engine is faster.
const MOST_PASSING: f32 = 0.06;

pub(super) struct Teddy {
    searcher: packed::Searcher,
    /// From the searcher's numbers to those of the patterns.
    ids: Vec<u32>,
}

impl Teddy {
    pub(super) fn new<P: AsRef<[u8]>>(patterns: &[P], kind: MatchKind) -> Option<Teddy> {
        let kind = match kind {
            MatchKind::LeftmostFirst => packed::MatchKind::LeftmostFirst,
            MatchKind::LeftmostLongest => packed::MatchKind::LeftmostLongest,
            MatchKind::Overlapping => return None,
        };
        if patterns.len() > MOST_PATTERNS {
            return None;
        }
        let slim = Clusters::new(patterns)?.joined(SLIM);
        let fat = (slim.passing() > FAT_COST && cfg!(target_arch = "x86_64"))
            .then(|| Clusters::new(patterns).map(|all| all.joined(FAT)))
            .flatten()
            .filter(|fat| fat.passing() + FAT_COST < slim.passing());
        fat.and_then(|fat| Self::build(patterns, kind, &fat, FAT))
            .or_else(|| Self::build(patterns, kind, &slim, SLIM))
    }

    fn build<P: AsRef<[u8]>>(
        patterns: &[P],
        kind: packed::MatchKind,
        clusters: &Clusters,
        buckets: usize,
    ) -> Option<Teddy> {
        if clusters.passing() > MOST_PASSING {
            return None;
        }
        let ids = clusters.slots(buckets)?;
        let searcher = packed::Config::new()
            .match_kind(kind)
            .heuristic_pattern_limits(false)
            .only_teddy_fat(Some(buckets == FAT))
            .builder()
            .extend(ids.iter().map(|&id| &patterns[id as usize]))
            .build()?;
        Some(Teddy { searcher, ids })
    }

    pub(super) fn find_all(&self, haystack: &[u8], matches: &mut Vec<Match>) {
        matches.extend(self.searcher.find_iter(haystack).map(|found| Match {
            pattern: self.ids[found.pattern().as_usize()],
            start: found.start(),
            end: found.end(),
        }));
    }

    pub(super) fn is_match(&self, haystack: &[u8]) -> bool {
        self.searcher.find(haystack).is_some()
    }

    pub(super) fn memory_usage(&self) -> usize {
        self.searcher.memory_usage() + size_of_val(&*self.ids)
    }
}

/// Patterns that share a bucket: their numbers in ascending order, and which half bytes they have at each place, as
/// bit sets.
#[derive(Clone)]
struct Cluster {
    members: Vec<u32>,
    low: [u16; MOST_MASKS],
    high: [u16; MOST_MASKS],
    passing: f32,
}

struct Clusters {
    all: Vec<Cluster>,
    masks: usize,
    /// How common the byte of these two halves is: `grid[high][low]`.
    grid: [[f32; 16]; 16],
}

impl Clusters {
    /// One for each beginning: patterns whose first bytes have the same low halves go to one bucket in any case.
    fn new<P: AsRef<[u8]>>(patterns: &[P]) -> Option<Clusters> {
        let masks = patterns
            .iter()
            .map(|one| one.as_ref().len())
            .min()?
            .min(MOST_MASKS);
        let mut clusters = Clusters {
            all: Vec::with_capacity(patterns.len()),
            masks,
            grid: std::array::from_fn(|high| {
                std::array::from_fn(|low| commonness((high << 4 | low) as u8))
            }),
        };
        for (id, pattern) in patterns.iter().enumerate() {
            clusters.add(id as u32, pattern.as_ref());
        }
        Some(clusters)
    }

    fn add(&mut self, id: u32, pattern: &[u8]) {
        let mut one = Cluster {
            members: vec![id],
            low: [0; MOST_MASKS],
            high: [0; MOST_MASKS],
            passing: 0.0,
        };
        for (place, byte) in pattern[..self.masks].iter().enumerate() {
            one.low[place] = 1 << (byte & 15);
            one.high[place] = 1 << (byte >> 4);
        }
        match self.all.iter().position(|other| other.low == one.low) {
            Some(same) => self.all[same] = self.union(&self.all[same], &one),
            None => {
                one.passing = self.share_passing(&one);
                self.all.push(one);
            }
        }
    }

    /// The share of all places in a text that pass the cluster's bucket.
    fn share_passing(&self, one: &Cluster) -> f32 {
        (0..self.masks)
            .map(|place| {
                let rows = bits(one.high[place]).map(|high| &self.grid[high]);
                let row = |row: &[f32; 16]| bits(one.low[place]).map(|low| row[low]).sum::<f32>();
                rows.map(row).sum::<f32>()
            })
            .product()
    }

    fn union(&self, a: &Cluster, b: &Cluster) -> Cluster {
        let mut one = a.clone();
        one.members.extend(&b.members);
        one.members.sort_unstable();
        for place in 0..self.masks {
            one.low[place] |= b.low[place];
            one.high[place] |= b.high[place];
        }
        one.passing = self.share_passing(&one);
        one
    }

    /// How much more passes when two are one.
    fn price(&self, a: usize, b: usize) -> f32 {
        let (a, b) = (&self.all[a], &self.all[b]);
        self.union(a, b).passing - a.passing - b.passing
    }

    /// Joins clusters until there are at most `most`.
    fn joined(mut self, most: usize) -> Clusters {
        let count = self.all.len();
        let mut prices = vec![f32::INFINITY; count * count];
        for a in 0..count {
            for b in a + 1..count {
                prices[a * count + b] = self.price(a, b);
            }
        }
        let mut live: Vec<usize> = (0..count).collect();
        while live.len() > most {
            let pairs = live.iter().flat_map(|&a| live.iter().map(move |&b| (a, b)));
            let cheapest = pairs
                .filter(|(a, b)| a < b)
                .min_by(|x, y| prices[x.0 * count + x.1].total_cmp(&prices[y.0 * count + y.1]));
            let Some((a, b)) = cheapest else { break };
            self.all[a] = self.union(&self.all[a], &self.all[b]);
            live.retain(|&one| one != b);
            for &other in live.iter().filter(|&&other| other != a) {
                let (x, y) = (a.min(other), a.max(other));
                prices[x * count + y] = self.price(x, y);
            }
        }
        self.all = live.into_iter().map(|one| self.all[one].clone()).collect();
        self
    }

    fn passing(&self) -> f32 {
        self.all.iter().map(|one| one.passing).sum()
    }

    /// The order in which `packed` has to be given the patterns: it puts slot `n` into bucket `buckets - 1 - n % buckets`.
    /// Where a bucket has no pattern left, a pattern that was placed before fills the slot; `packed` adds it to the
    /// bucket where its like is.
    fn slots(&self, buckets: usize) -> Option<Vec<u32>> {
        let mut left: Vec<&[u32]> = self.all.iter().map(|one| &*one.members).collect();
        left.sort_by_key(|members| usize::MAX - members.len());
        let filler = *left.first()?.first()?;
        let mut slots = Vec::new();
        while left.iter().any(|members| !members.is_empty()) {
            let members = left.get_mut(slots.len() % buckets);
            match members.and_then(|members| members.split_off_first()) {
                Some(id) => slots.push(*id),
                None => slots.push(filler),
            }
        }
        (slots.len() <= MOST_SLOTS).then_some(slots)
    }
}

/// The numbers of the bits that are set.
fn bits(mut set: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = set.trailing_zeros() as usize;
        (set != 0).then(|| {
            set &= set - 1;
            bit
        })
    })
}
