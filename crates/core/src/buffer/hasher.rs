//! Hashes over several pieces of bytes, and BLAKE3 over subtrees that threads share.

use std::hash::Hasher as _;

use blake3::hazmat::{self, HasherExt, Mode};
use twox_hash::{XxHash3_64, XxHash3_128, XxHash64};

/// A hash that has taken some pieces and takes more.
#[derive(Clone)]
pub enum Hasher {
    Xxh64(Box<XxHash64>),
    Xxh3(Box<XxHash3_64>),
    Xxh3Wide(Box<XxHash3_128>),
    Blake3(Box<blake3::Hasher>),
}

/// What a BLAKE3 hash is for.
#[derive(Clone, Copy)]
pub enum Blake3Mode<'a> {
    Plain,
    Keyed(&'a [u8; 32]),
    /// Keys derived in this context.
    Derive(&'a str),
}

impl Hasher {
    #[must_use]
    pub fn xxh64(seed: u64) -> Self {
        Self::Xxh64(Box::new(XxHash64::with_seed(seed)))
    }

    #[must_use]
    pub fn xxh3(seed: u64) -> Self {
        Self::Xxh3(Box::new(XxHash3_64::with_seed(seed)))
    }

    #[must_use]
    pub fn xxh3_wide(seed: u64) -> Self {
        Self::Xxh3Wide(Box::new(XxHash3_128::with_seed(seed)))
    }

    #[must_use]
    pub fn blake3(mode: Blake3Mode) -> Self {
        Self::Blake3(Box::new(match mode {
            Blake3Mode::Plain => blake3::Hasher::new(),
            Blake3Mode::Keyed(key) => blake3::Hasher::new_keyed(key),
            Blake3Mode::Derive(context) => blake3::Hasher::new_derive_key(context),
        }))
    }

    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Xxh64(state) => state.write(bytes),
            Self::Xxh3(state) => state.write(bytes),
            Self::Xxh3Wide(state) => state.write(bytes),
            Self::Blake3(state) => {
                state.update(bytes);
            }
        }
    }

    /// Fills `out` with the digest so far: big-endian as `xxhsum` prints it, of BLAKE3 as much as there is room. False if
    /// `out` is not of the digest's length.
    #[must_use]
    pub fn digest(&self, out: &mut [u8]) -> bool {
        match self {
            Self::Xxh64(state) => put(&state.finish().to_be_bytes(), out),
            Self::Xxh3(state) => put(&state.finish().to_be_bytes(), out),
            Self::Xxh3Wide(state) => put(&state.finish_128().to_be_bytes(), out),
            Self::Blake3(state) => {
                state.finalize_xof().fill(out);
                true
            }
        }
    }
}

fn put(digest: &[u8], out: &mut [u8]) -> bool {
    let fits = digest.len() == out.len();
    if fits {
        out.copy_from_slice(digest);
    }
    fits
}

/// The bytes of a subtree that one job hashes: a power of two of chunks.
pub const SUBTREE: usize = 512 << 10;

/// The chaining value of the subtree that starts at `offset`, a multiple of `SUBTREE`, of a larger input.
#[must_use]
pub fn blake3_subtree(bytes: &[u8], offset: usize) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.set_input_offset(offset as u64).update(bytes);
    hasher.finalize_non_root()
}

/// The hash of `length` bytes whose subtrees' chaining values these are. None if their number is not that of a length
/// of more than one subtree.
#[must_use]
pub fn blake3_merge(values: &[[u8; 32]], length: usize, out: &mut [u8]) -> Option<()> {
    if values.len() < 2 || values.len() != length.div_ceil(SUBTREE) {
        return None;
    }
    let (left, right) = halves(values, length);
    hazmat::merge_subtrees_root_xof(&left, &right, Mode::Hash).fill(out);
    Some(())
}

fn halves(values: &[[u8; 32]], length: usize) -> ([u8; 32], [u8; 32]) {
    let left = hazmat::left_subtree_len(length as u64) as usize;
    let (before, after) = values.split_at(left / SUBTREE);
    (merged(before, left), merged(after, length - left))
}

fn merged(values: &[[u8; 32]], length: usize) -> [u8; 32] {
    if let [one] = values {
        return *one;
    }
    let (left, right) = halves(values, length);
    hazmat::merge_subtrees_non_root(&left, &right, Mode::Hash)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::hash;
    use super::*;

    proptest! {
        #[test]
        fn pieces_hash_as_the_whole(
            bytes in prop::collection::vec(any::<u8>(), 0..3000),
            cuts in prop::collection::vec(0..3000_usize, 0..5),
            seed in any::<u64>(),
        ) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            cuts.push(bytes.len());
            let fed = |mut hasher: Hasher, out: &mut [u8]| {
                let mut start = 0;
                for cut in &cuts {
                    hasher.update(&bytes[start..*cut]);
                    start = *cut;
                }
                assert!(hasher.digest(out));
            };
            let mut narrow = [0; 8];
            fed(Hasher::xxh64(seed), &mut narrow);
            prop_assert_eq!(u64::from_be_bytes(narrow), hash::xxh64(&bytes, seed));
            fed(Hasher::xxh3(seed), &mut narrow);
            prop_assert_eq!(u64::from_be_bytes(narrow), hash::xxh3_64(&bytes, seed));
            let mut wide = [0; 16];
            fed(Hasher::xxh3_wide(seed), &mut wide);
            prop_assert_eq!(u128::from_be_bytes(wide), hash::xxh3_128(&bytes, seed));
            let (mut long, mut expected) = ([0; 77], [0; 77]);
            fed(Hasher::blake3(Blake3Mode::Plain), &mut long);
            hash::blake3(&bytes, &mut expected);
            prop_assert_eq!(long, expected);
            let mut digest = [0; 32];
            fed(Hasher::blake3(Blake3Mode::Keyed(&[7; 32])), &mut digest);
            prop_assert_eq!(digest, *blake3::keyed_hash(&[7; 32], &bytes).as_bytes());
            fed(Hasher::blake3(Blake3Mode::Derive("a context")), &mut digest);
            prop_assert_eq!(digest, blake3::derive_key("a context", &bytes));
            prop_assert!(!Hasher::xxh3(0).digest(&mut digest));
        }
    }

    #[test]
    fn subtrees_merge_to_the_hash_of_the_whole() {
        let bytes: Vec<u8> = (0..9 * SUBTREE).map(|at| ((at * 31) >> 3) as u8).collect();
        for length in [
            2 * SUBTREE,
            2 * SUBTREE + 1,
            3 * SUBTREE - 1,
            5 * SUBTREE + 1000,
            9 * SUBTREE,
            SUBTREE + 1,
        ] {
            let values: Vec<[u8; 32]> = (bytes[..length].chunks(SUBTREE).enumerate())
                .map(|(index, part)| blake3_subtree(part, index * SUBTREE))
                .collect();
            let (mut digest, mut expected) = ([0; 50], [0; 50]);
            assert!(blake3_merge(&values, length, &mut digest).is_some());
            hash::blake3(&bytes[..length], &mut expected);
            assert_eq!(digest, expected);
            assert!(blake3_merge(&values[1..], length, &mut digest).is_none());
        }
        assert!(blake3_merge(&[[0; 32]], 5, &mut []).is_none());
    }
}
