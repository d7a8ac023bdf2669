//! Maps by numbers that we give out ourselves, one after the other: nobody can choose them to collide, so they need no
//! hash that defends itself, which would cost more than everything else in a look-up.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by numbers of our own making.
pub type Numbered<T> = HashMap<u32, T, BuildHasherDefault<Spread>>;

/// Multiplicative hashing (Knuth, The Art of Computer Programming, 6.4): spreads over the high bits, which tell apart
/// within a group, and the low ones, which choose it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spread(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(GOLDEN);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::Numbered;

    #[test]
    fn finds_what_was_put_in_and_nothing_else() {
        let mut map = Numbered::default();
        let numbers = (0..2000).chain((0..2000).map(|step| u32::MAX - step * 4096));
        for number in numbers.clone() {
            map.insert(number, number);
        }
        for number in numbers {
            assert_eq!(map.remove(&number), Some(number));
            assert!(!map.contains_key(&number));
        }
    }
}
