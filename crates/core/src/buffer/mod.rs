//! Byte routines: counting, line offsets, multi-pattern search, hashes.

mod commonness;
mod count;
pub mod hash;
mod lines;
mod multi_finder;
mod replace;

pub use count::count_byte;
pub use lines::{BLOCK, newline_offsets};
pub use multi_finder::{BuildError, EngineName, Match, MatchKind, MultiFinder};
pub use replace::{replace, replaced_length};
