//! Byte routines: counting, line offsets, search, text, hashes.

mod commonness;
mod count;
mod finder;
pub mod hash;
mod lines;
pub mod lz4;
mod multi_finder;
mod replace;
mod unpack;
mod utf8;

pub use count::count_byte;
pub use finder::Finder;
pub use lines::{BLOCK, newline_offsets};
pub use multi_finder::{BuildError, EngineName, Match, MatchKind, MultiFinder};
pub use replace::{replace, replaced_length};
pub use unpack::{Step, Unpacked, unpack, unpack_exactly};
pub use utf8::first_invalid_utf8;
