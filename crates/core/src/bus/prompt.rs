//! The short way for a message of few bytes: from its publisher straight into memory of the only receiver, as the segment
//! that this hands out anyway (receiver.rs).
//!
//! A message that comes by itself is the dearest one. By way of a batch, a queue and the list of those with news it
//! passes many cache lines from one processor to another, each of which takes part of a microsecond; here it passes a
//! few. Order is kept because nothing goes this way while anything waits the other way.

use std::sync::Arc;

use super::batch::{RECORD_COST, RUN_HEADER, Single};
use super::flight::Flight;
use super::receiver::{SEGMENT_HEADER, WIDE, Writer};

const BYTES: usize = 1024;

/// See the module's text.
pub(super) struct Prompt {
    bytes: [u8; BYTES],
    length: usize,
    /// Those who wait until it has been taken.
    flights: Vec<Arc<Flight>>,
}

impl Default for Prompt {
    fn default() -> Self {
        Self {
            bytes: [0; BYTES],
            length: 0,
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
    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// What the oldest message takes as a segment.
    pub(super) fn first_len(&self) -> usize {
        self.segment_bytes(0)
    }

    /// Adds a message for one subscription, numbered as `number` says. False if it does not fit.
    pub(super) fn add(&mut self, id: u32, run: &Single<'_>, number: impl FnOnce() -> u32) -> bool {
        let size = run.segment_bytes(SEGMENT_HEADER);
        if size > BYTES - self.length {
            return false;
        }
        let mut writer = Writer::new(&mut self.bytes[self.length..]);
        writer.single(id, run, number());
        self.length += size;
        true
    }

    /// Moves the oldest messages, as many as fit, into memory.
    pub(super) fn take(&mut self, writer: &mut Writer<'_>) -> PromptTaken {
        let (mut end, mut messages) = (0, 0);
        while end < self.length {
            let next = end + self.segment_bytes(end);
            if next > writer.room() {
                break;
            }
            (end, messages) = (next, messages + 1);
        }
        writer.bytes(&self.bytes[..end]);
        self.bytes.copy_within(end..self.length, 0);
        self.length -= end;
        let mut taken = PromptTaken {
            messages,
            ..PromptTaken::default()
        };
        if self.is_empty() {
            taken._flights = std::mem::take(&mut self.flights);
        }
        taken
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
        let (mut messages, mut cost, mut at) = (0, 0, 0);
        while at < self.length {
            if self.word(at + 4) == id {
                let body = self.word(at + 20) as usize - RUN_HEADER;
                messages += 1;
                cost += body + self.text_bytes(at) + RECORD_COST;
            }
            at += self.segment_bytes(at);
        }
        (messages, cost)
    }

    fn word(&self, at: usize) -> u32 {
        let bytes = self.bytes[at..at + 4].try_into();
        bytes.map_or(0, u32::from_le_bytes)
    }

    fn text_bytes(&self, at: usize) -> usize {
        (self.word(at + 16) as usize) << usize::from(self.word(at) == WIDE)
    }

    /// Of the segment that stands here.
    fn segment_bytes(&self, at: usize) -> usize {
        let (text, run) = (self.text_bytes(at), self.word(at + 20) as usize);
        SEGMENT_HEADER + text.next_multiple_of(4) + run.next_multiple_of(4)
    }
}
