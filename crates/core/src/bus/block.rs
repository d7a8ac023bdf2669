//! Memory that a message travels in, reused: fresh memory of this size costs a page fault for every 4 KB, as much as
//! the copy itself, and it is freed by another thread than the one that asked for it.

use std::ops::Deref;
use std::sync::Mutex;

use crate::lock::lock;

/// Blocks that wait to be used again, and how many bytes they may take in all.
static FREE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
const FREE_BLOCKS: usize = 64;
const FREE_BYTES: usize = 8 << 20;
/// Smaller ones come from the allocator as quickly.
const SMALLEST: usize = 4096;
/// A block serves what needs at least this part of it.
const LARGEST_WASTE: usize = 4;

/// Bytes of its own; see the module's text.
#[derive(Debug)]
pub struct Block(Vec<u8>);

impl Block {
    /// A copy of these bytes.
    #[must_use]
    pub fn copy_of(bytes: &[u8]) -> Self {
        let mut memory = recycled(bytes.len()).unwrap_or_default();
        memory.extend_from_slice(bytes);
        Self(memory)
    }

    /// Its bytes, to be handed to somebody who changes them.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl From<Vec<u8>> for Block {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Deref for Block {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let mut memory = std::mem::take(&mut self.0);
        if memory.capacity() < SMALLEST {
            return;
        }
        memory.clear();
        let mut free = lock(&FREE);
        let kept: usize = free.iter().map(Vec::capacity).sum();
        if free.len() < FREE_BLOCKS && kept + memory.capacity() <= FREE_BYTES {
            free.push(memory);
        }
    }
}

/// The block freed last that fits: its memory is the likeliest to be in a cache.
fn recycled(length: usize) -> Option<Vec<u8>> {
    if length < SMALLEST {
        return None;
    }
    let fits = |memory: &Vec<u8>| (length..=length * LARGEST_WASTE).contains(&memory.capacity());
    let mut free = lock(&FREE);
    let place = free.iter().rposition(fits)?;
    Some(free.swap_remove(place))
}

#[cfg(test)]
mod tests {
    use super::Block;

    #[test]
    fn a_block_holds_what_it_was_given_whatever_its_memory_held_before() {
        for round in 0..200_usize {
            let lengths = [round, 5000 + round, 70_000 - round];
            let blocks = lengths.map(|length| Block::copy_of(&vec![round as u8; length]));
            for (block, length) in blocks.iter().zip(lengths) {
                assert!(block.len() == length && block.iter().all(|byte| *byte == round as u8));
            }
        }
    }
}
