use std::collections::VecDeque;
use std::sync::Mutex;

use super::Port;
use crate::lock::lock;

/// A queue of news with its bell: producers post from any thread, the environment's drain takes batches.
pub struct Mailbox<T> {
    items: Mutex<VecDeque<T>>,
    port: Port,
}

impl<T> Mailbox<T> {
    /// An empty mailbox that rings `port`.
    #[must_use]
    pub fn new(port: Port) -> Self {
        Self {
            items: Mutex::new(VecDeque::new()),
            port,
        }
    }

    /// Posts one item. False if its environment is gone; the item is then dropped.
    pub fn post(&self, item: T) -> bool {
        lock(&self.items).push_back(item);
        let heard = self.port.notify();
        if !heard {
            lock(&self.items).clear();
        }
        heard
    }

    /// Puts one item in without ringing: for who sees to it that it is taken, while the environment lives.
    pub fn put(&self, item: T) {
        lock(&self.items).push_back(item);
    }

    /// How many items are in it.
    pub fn count(&self) -> usize {
        lock(&self.items).len()
    }

    /// Takes the oldest items, at most `max`.
    pub fn take(&self, max: usize) -> Vec<T> {
        let mut items = lock(&self.items);
        let count = items.len().min(max);
        items.drain(..count).collect()
    }

    /// The bell, to hang close hooks on.
    #[must_use]
    pub fn port(&self) -> &Port {
        &self.port
    }
}
