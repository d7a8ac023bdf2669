//! The queue of one subscription: records of shared batches, bounded by bytes.
//!
//! A queue takes a record while it holds less than its bound, so it holds at most its bound and one record; for a moment
//! also the chunk that its reader took out and could not hand over whole.

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
    /// What is left of it costs this much in a queue.
    cost: usize,
}

impl Chunk {
    /// Messages of a batch that cost so much together.
    pub(super) fn new(batch: Arc<Batch>, picks: Picks, cost: usize) -> Self {
        let end = match &picks {
            Picks::All => batch.count as usize,
            Picks::Some(list) => list.len(),
        };
        Self {
            batch,
            picks,
            next: 0,
            end,
            cost,
        }
    }

    /// All of a batch.
    pub(super) fn whole(batch: Arc<Batch>) -> Self {
        let cost = batch.cost;
        Self::new(batch, Picks::All, cost)
    }

    /// Whether it is all of its batch still.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.picks, Picks::All) && self.next == 0 && self.end == self.batch.count as usize
    }

    /// The messages that are left.
    pub(super) fn len(&self) -> usize {
        self.end - self.next
    }

    fn index(&self, place: usize) -> Option<u32> {
        match &self.picks {
            Picks::All => u32::try_from(place).ok(),
            Picks::Some(list) => list.get(place).copied(),
        }
    }

    /// The records that are left, in order.
    pub(super) fn left(&self) -> impl Iterator<Item = &Record> {
        let records = self.batch.records();
        (self.next..self.end).filter_map(|place| records.get(self.index(place)? as usize))
    }

    /// Their places in the batch.
    pub(super) fn left_indexes(&self) -> Vec<u32> {
        (self.next..self.end)
            .filter_map(|place| self.index(place))
            .collect()
    }

    /// Keeps the first so many messages, which cost so much.
    fn truncate(&mut self, length: usize, cost: usize) {
        self.end = self.next + length;
        self.cost = cost;
    }

    /// Moves past the first so many messages; returns what they cost.
    pub(super) fn advance(&mut self, count: usize) -> usize {
        let cost = if count == self.len() {
            self.cost
        } else {
            self.left().take(count).map(|record| record.cost).sum()
        };
        self.next += count;
        self.cost -= cost;
        cost
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

    pub(super) fn push(&mut self, chunk: Chunk) {
        if self.ended {
            self.dropped += chunk.len() as u64;
        } else if self.bytes + chunk.cost <= self.bound {
            self.accept(chunk);
        } else {
            self.push_past_bound(chunk);
        }
    }

    fn accept(&mut self, chunk: Chunk) {
        self.bytes += chunk.cost;
        self.messages += chunk.len();
        if chunk.len() > 0 {
            self.chunks.push_back(chunk);
        }
    }

    /// Message by message, since not all of them may find room.
    fn push_past_bound(&mut self, mut chunk: Chunk) {
        let (mut last, mut taken, mut cost) = (0, 0, 0);
        for record in chunk.left() {
            if self.bytes + cost >= self.bound && self.overflow != Overflow::DropOldest {
                break;
            }
            last = record.cost;
            cost += last;
            taken += 1;
        }
        let refused = chunk.len() - taken;
        self.dropped += refused as u64;
        self.ended = refused > 0 && self.overflow == Overflow::End;
        chunk.truncate(taken, cost);
        self.accept(chunk);
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

    /// Takes the oldest chunk out, to be read without a lock by the one who reads this queue.
    pub(super) fn take_front(&mut self) -> Option<Chunk> {
        let chunk = self.chunks.pop_front()?;
        self.bytes -= chunk.cost;
        self.messages -= chunk.len();
        Some(chunk)
    }

    /// Puts back what is left of the chunk that was taken out: it is still the oldest.
    pub(super) fn put_back(&mut self, chunk: Chunk) {
        self.bytes += chunk.cost;
        self.messages += chunk.len();
        self.chunks.push_front(chunk);
    }

    /// Moves past the `count` oldest records of the front chunk.
    fn advance(&mut self, count: usize) {
        let Some(chunk) = self.chunks.front_mut() else {
            return;
        };
        self.bytes -= chunk.advance(count);
        self.messages -= count;
        if chunk.len() == 0 {
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

    use super::super::batch::{Arena, Batch};
    use super::super::flight::Flights;
    use super::super::testing::{Silent, arena};
    use super::{Chunk, Overflow, Queue};

    fn batch(sizes: &[usize], first: u32) -> Arc<Batch> {
        let payloads: Vec<_> = sizes.iter().map(|size| vec![7; *size]).collect();
        let (data, end) = arena(payloads.iter().map(|payload| (0, payload.as_slice(), "")));
        let arena = Arena {
            data: &data,
            runs_end: end,
            wide: false,
            large: Vec::new(),
        };
        let flight = Flights::new(Arc::new(Silent)).current();
        let mut batch = Batch::new(arena, 0, Some(flight)).expect("a valid arena");
        batch.number(first);
        Arc::new(batch)
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
                queue.push_back((sequence, size + 8 + 16));
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
                queue.push(Chunk::whole(batch(chunk, first)));
                first += u32::try_from(chunk.len()).expect("few");
            }
            let (kept, dropped) = oracle(&sizes, bound, overflow);
            prop_assert_eq!(contents(&queue), kept.clone());
            prop_assert_eq!(queue.dropped(), dropped);
            prop_assert_eq!(queue.messages(), kept.len());
            let all: Vec<usize> = sizes.into_iter().flatten().collect();
            prop_assert_eq!(queue.bytes(), kept.iter().map(|at| all[*at as usize] + 24).sum::<usize>());
        }
    }
}
