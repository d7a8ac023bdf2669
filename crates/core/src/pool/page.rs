//! A worker's page: where its JavaScript writes reports, in memory that the scheduler reads as well. A record is
//! published on the board once it is whole. So the scheduler can settle what a worker has done although that worker is
//! blocked by its next task, or gone, and no task that has ended is lost with its thread.
//!
//! Invariant: published bytes are not written again before the worker's next turn, which holds the seat's ledger.

use super::sync::{AtomicU32, Ordering};

/// Room for reports that wait for the next crossing; a larger one is handed over by itself.
pub const PAGE_BYTES: usize = 128 * 1024;

/// See the file's text.
pub struct Page {
    words: Box<[AtomicU32]>,
}

impl Default for Page {
    fn default() -> Self {
        // By way of plain zeros: those come from the system untouched, and take memory as they are written to.
        let zeros = vec![0; PAGE_BYTES / 4];
        Self {
            words: zeros.into_iter().map(AtomicU32::new).collect(),
        }
    }
}

impl Page {
    /// The words themselves, to be shown to the worker's JavaScript as bytes.
    #[must_use]
    pub fn words(&self) -> &[AtomicU32] {
        &self.words
    }

    /// Published bytes. Records are padded, so both ends are multiples of eight.
    pub(super) fn read(&self, from: usize, to: usize) -> Vec<u8> {
        let words = self.words.get(from / 4..to / 4).unwrap_or_default();
        words
            .iter()
            .flat_map(|word| word.load(Ordering::Relaxed).to_ne_bytes())
            .collect()
    }

    /// What the worker's JavaScript does.
    #[cfg(test)]
    pub(super) fn write(&self, bytes: &[u8]) {
        for (word, bytes) in self.words.iter().zip(bytes.as_chunks::<4>().0) {
            word.store(u32::from_ne_bytes(*bytes), Ordering::Relaxed);
        }
    }
}
