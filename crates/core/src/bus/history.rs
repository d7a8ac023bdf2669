//! What a Bus remembers for those who come later: the last messages of each topic, bounded by number and bytes.
//!
//! Invariant: a Bus that remembers routes each batch, and adds each subscription that asks for the past, under the lock
//! of its history. So a message is either replayed to a subscription or routed to it, never both and never neither.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use super::batch::Batch;
use super::topic::matches;

/// How much is remembered. Beyond `bytes` or `topics`, the oldest messages of all are forgotten first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The most messages of one topic.
    pub messages: usize,
    /// The most bytes of all, counted as queues count them.
    pub bytes: usize,
    /// The most topics.
    pub topics: usize,
}

/// See the module's text.
pub(super) struct History {
    retention: Retention,
    topics: HashMap<Arc<str>, VecDeque<(u64, Arc<Batch>)>>,
    /// The topic of each message, by its number in the order of publishing.
    order: BTreeMap<u64, Arc<str>>,
    next: u64,
    bytes: usize,
}

impl History {
    pub(super) fn new(retention: Retention) -> Self {
        Self {
            retention,
            topics: HashMap::new(),
            order: BTreeMap::new(),
            next: 0,
            bytes: 0,
        }
    }

    /// Remembers a message that has a batch of its own.
    pub(super) fn add(&mut self, topic: &Arc<str>, message: Arc<Batch>) {
        self.bytes += message.cost;
        self.order.insert(self.next, Arc::clone(topic));
        let list = self.topics.entry(Arc::clone(topic)).or_default();
        list.push_back((self.next, message));
        self.next += 1;
        if list.len() > self.retention.messages {
            self.forget_oldest_of(topic);
        }
        while self.bytes > self.retention.bytes || self.topics.len() > self.retention.topics {
            let Some(topic) = self.order.values().next().map(Arc::clone) else {
                break;
            };
            self.forget_oldest_of(&topic);
        }
    }

    fn forget_oldest_of(&mut self, topic: &Arc<str>) {
        let Some(list) = self.topics.get_mut(topic) else {
            return;
        };
        if let Some((number, message)) = list.pop_front() {
            self.bytes -= message.cost;
            self.order.remove(&number);
        }
        if list.is_empty() {
            self.topics.remove(topic);
        }
    }

    /// The last messages of each topic that a pattern covers, at most so many of each, in the order of publishing.
    pub(super) fn replay(&self, pattern: &str, most: usize) -> Vec<Arc<Batch>> {
        let covered = self.topics.iter();
        let covered = covered.filter(|(topic, _)| matches(pattern, topic));
        let mut found: Vec<_> = covered
            .flat_map(|(_, list)| list.iter().skip(list.len().saturating_sub(most)))
            .collect();
        found.sort_unstable_by_key(|(number, _)| *number);
        found
            .into_iter()
            .map(|(_, message)| Arc::clone(message))
            .collect()
    }
}
