//! Counting one byte value: memchr's vectorised counter.

/// How often `byte` occurs in `bytes`.
pub fn count_byte(bytes: &[u8], byte: u8) -> usize {
    memchr::memchr_iter(byte, bytes).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::count_byte;

    proptest! {
        #[test]
        fn counts_as_a_filter_does(bytes in prop::collection::vec(0..4_u8, 0..600), byte in 0..5_u8) {
            let expected = bytes.iter().filter(|&&one| one == byte).count();
            prop_assert_eq!(count_byte(&bytes, byte), expected);
        }
    }
}
