//! The queue of one subscription: records of shared batches, bounded by bytes.
//!
//! A queue takes a record while it holds less than its bound, so it holds at most its bound and one record.

use std::collections::VecDeque;
use std::sync::Arc;

use super::batch::{Batch, Record};

/// What a full queue does with a further message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// Drops the oldest messages to make room.
    DropOldest,
    /// Drops the further message.
    DropNewest,
    /// Drops it and ends the subscription.
    End,
}

/// Which records of a batch.
#[derive(Clone)]
pub(super) enum Picks {
    All,
    Some(Vec<u32>),
}

pub(super) struct Chunk {
    pub(super) batch: Arc<Batch>,
    picks: Picks,
    next: usize,
    end: usize,
}

impl Chunk {
    pub(super) fn new(batch: Arc<Batch>, picks: Picks) -> Self {
        let end = match &picks {
            Picks::All => batch.records.len(),
            Picks::Some(list) => list.len(),
        };
        Self {
            batch,
            picks,
            next: 0,
            end,
        }
    }

    fn index(&self, place: usize) -> Option<u32> {
        match &self.picks {
            Picks::All => u32::try_from(place).ok(),
            Picks::Some(list) => list.get(place).copied(),
        }
    }

    fn record(&self, place: usize) -> Option<&Record> {
        self.batch.records.get(self.index(place)? as usize)
    }

    /// The records that are left, in order.
    pub(super) fn left(&self) -> impl Iterator<Item = &Record> {
        (self.next..self.end).filter_map(|place| self.record(place))
    }

    /// Their places in the batch.
    pub(super) fn left_indexes(&self) -> Vec<u32> {
        (self.next..self.end)
            .filter_map(|place| self.index(place))
            .collect()
    }

    fn is_done(&self) -> bool {
        self.next >= self.end
    }
}

/// See the module's text.
pub(super) struct Queue {
    chunks: VecDeque<Chunk>,
    bytes: usize,
    messages: usize,
    dropped: u64,
    bound: usize,
    overflow: Overflow,
    /// It overflowed and its policy was to end.
    ended: bool,
}

impl Queue {
    pub(super) fn new(bound: usize, overflow: Overflow) -> Self {
        Self {
            chunks: VecDeque::new(),
            bytes: 0,
            messages: 0,
            dropped: 0,
            bound,
            overflow,
            ended: false,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn messages(&self) -> usize {
        self.messages
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    pub(super) fn push(&mut self, mut chunk: Chunk) {
        if self.ended {
            self.dropped += (chunk.end - chunk.next) as u64;
            return;
        }
        let mut last = 0;
        let mut taken = chunk.next;
        for record in chunk.left() {
            if self.bytes >= self.bound && self.overflow != Overflow::DropOldest {
                break;
            }
            last = record.cost();
            self.bytes += last;
            taken += 1;
        }
        let refused = chunk.end - taken;
        self.messages += taken - chunk.next;
        self.dropped += refused as u64;
        self.ended = refused > 0 && self.overflow == Overflow::End;
        chunk.end = taken;
        if !chunk.is_done() {
            self.chunks.push_back(chunk);
        }
        while self.overflow == Overflow::DropOldest && self.bytes - last >= self.bound {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        self.dropped += 1;
        self.advance(1);
    }

    /// The oldest chunk that has records left.
    pub(super) fn front(&self) -> Option<&Chunk> {
        self.chunks.front()
    }

    /// Moves past the `count` oldest records of the front chunk.
    pub(super) fn advance(&mut self, count: usize) {
        let Some(chunk) = self.chunks.front_mut() else {
            return;
        };
        self.bytes -= chunk.left().take(count).map(Record::cost).sum::<usize>();
        self.messages -= count;
        chunk.next += count;
        if chunk.is_done() {
            self.chunks.pop_front();
        }
    }

    /// Empties it, for good.
    pub(super) fn close(&mut self) -> VecDeque<Chunk> {
        self.ended = true;
        self.bytes = 0;
        self.messages = 0;
        std::mem::take(&mut self.chunks)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::super::batch::Batch;
    use super::super::flight::Flights;
    use super::super::testing::{Silent, arena};
    use super::{Chunk, Overflow, Picks, Queue};

    fn batch(sizes: &[usize], first: u32) -> Arc<Batch> {
        let payloads: Vec<_> = sizes.iter().map(|size| vec![7; *size]).collect();
        let (data, end) = arena(payloads.iter().map(|payload| (0, payload.as_slice(), "")));
        let records = Batch::parse(&data, end, false, first).expect("a valid arena");
        Arc::new(Batch {
            data: data.into(),
            records,
            wide: false,
            thread: 0,
            flight: Flights::new(Arc::new(Silent)).current(),
        })
    }

    fn contents(queue: &Queue) -> Vec<u32> {
        let chunks = queue.chunks.iter();
        chunks
            .flat_map(|chunk| chunk.left().map(|record| record.sequence))
            .collect()
    }

    /// The same, one message at a time, as the text says it.
    fn oracle(sizes: &[Vec<usize>], bound: usize, overflow: Overflow) -> (Vec<u32>, u64) {
        let (mut queue, mut dropped, mut ended) = (VecDeque::new(), 0, false);
        for (sequence, size) in (0..).zip(sizes.iter().flatten()) {
            let held =
                |queue: &VecDeque<(u32, usize)>| queue.iter().map(|one| one.1).sum::<usize>();
            while overflow == Overflow::DropOldest && held(&queue) >= bound {
                queue.pop_front();
                dropped += 1;
            }
            if held(&queue) >= bound || ended {
                dropped += 1;
                ended |= overflow == Overflow::End;
            } else {
                queue.push_back((sequence, size + 16));
            }
        }
        (queue.into_iter().map(|one| one.0).collect(), dropped)
    }

    proptest! {
        #[test]
        fn keeps_what_its_policy_says(
            sizes in prop::collection::vec(prop::collection::vec(0..100_usize, 1..6), 1..12),
            bound in 1..600_usize,
            overflow in prop::sample::select(vec![Overflow::DropOldest, Overflow::DropNewest, Overflow::End]),
        ) {
            let mut queue = Queue::new(bound, overflow);
            let mut first = 0;
            for chunk in &sizes {
                queue.push(Chunk::new(batch(chunk, first), Picks::All));
                first += u32::try_from(chunk.len()).expect("few");
            }
            let (kept, dropped) = oracle(&sizes, bound, overflow);
            prop_assert_eq!(contents(&queue), kept.clone());
            prop_assert_eq!(queue.dropped(), dropped);
            prop_assert_eq!(queue.messages(), kept.len());
            let all: Vec<usize> = sizes.into_iter().flatten().collect();
            prop_assert_eq!(queue.bytes(), kept.iter().map(|at| all[*at as usize] + 16).sum::<usize>());
        }
    }
}
