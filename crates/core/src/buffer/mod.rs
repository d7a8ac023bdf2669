//! Byte routines: counting, line offsets, multi-pattern search, hashes.

mod count;

pub use count::count_byte;
