//! The short way for few bytes: from a publisher straight into memory of the only receiver, as the segments that it
//! hands out anyway (receiver.rs).
//!
//! A message that comes by itself is the dearest one. By way of a batch, a queue and the list of those with news it
//! passes some twenty cache lines from one processor to another, each of which costs as much as a crossing into native
//! code; here it passes a few. Order is kept because nothing goes this way while anything waits the other way.

use std::sync::Arc;

use super::batch::{RECORD_COST, RUN_HEADER, Single};
use super::flight::Flight;
use super::receiver::{SEGMENT_HEADER, WIDE, Writer};

const BYTES: usize = 1024;

/// See the module's text.
pub(super) struct Prompt {
    bytes: [u8; BYTES],
    length: usize,
    messages: usize,
    /// Those who wait until it has been taken.
    flights: Vec<Arc<Flight>>,
}

impl Default for Prompt {
    fn default() -> Self {
        Self {
            bytes: [0; BYTES],
            length: 0,
            messages: 0,
            flights: Vec::new(),
        }
    }
}

/// What was taken out of it: messages, and whom to tell, outside all locks.
#[derive(Default)]
pub(super) struct PromptTaken {
    pub(super) messages: usize,
    _flights: Vec<Arc<Flight>>,
}

impl Prompt {
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Adds a run for one subscription, numbered from what `number` says. False if it does not fit.
    pub(super) fn add(&mut self, id: u32, run: &Single<'_>, number: impl FnOnce() -> u32) -> bool {
        let size = run.segment_bytes(SEGMENT_HEADER);
        if size > BYTES - self.length {
            return false;
        }
        let mut writer = Writer::new(&mut self.bytes[self.length..]);
        writer.single(id, run, number());
        self.length += size;
        self.messages += run.count as usize;
        true
    }

    /// Empties it into memory that has room for it.
    pub(super) fn take(&mut self, writer: &mut Writer<'_>) -> PromptTaken {
        writer.bytes(&self.bytes[..self.length]);
        self.length = 0;
        PromptTaken {
            messages: std::mem::take(&mut self.messages),
            _flights: std::mem::take(&mut self.flights),
        }
    }

    /// Forgets what it holds.
    pub(super) fn clear(&mut self) -> PromptTaken {
        self.take(&mut Writer::new(&mut [0; BYTES]))
    }

    /// Holds a flight until what is here has been taken.
    pub(super) fn hold(&mut self, flight: &Arc<Flight>) {
        if self.length > 0 {
            self.flights.push(Arc::clone(flight));
        }
    }

    /// Messages of one subscription, and what they would cost in a queue.
    pub(super) fn count(&self, id: u32) -> (usize, usize) {
        let word = |at: usize| {
            let bytes = self.bytes[at..at + 4].try_into();
            bytes.map_or(0, u32::from_le_bytes)
        };
        let (mut messages, mut cost, mut at) = (0, 0, 0);
        while at < self.length {
            let text = (word(at + 16) as usize) << usize::from(word(at) == WIDE);
            let runs = word(at + 20) as usize;
            if word(at + 4) == id {
                let count = word(at + 8) as usize;
                messages += count;
                cost += runs - RUN_HEADER + text + count * RECORD_COST;
            }
            at += SEGMENT_HEADER + text.next_multiple_of(4) + runs.next_multiple_of(4);
        }
        (messages, cost)
    }
}
