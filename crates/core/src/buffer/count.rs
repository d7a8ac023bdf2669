//! Counting one byte value: memchr's vectorised counter.

/// How often `byte` occurs in `bytes`.
pub fn count_byte(bytes: &[u8], byte: u8) -> usize {
    memchr::memchr_iter(byte, bytes).count()
}
