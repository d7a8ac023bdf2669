//! Who is to be woken when: one alarm per sleeper, ordered by a balanced tree.
//!
//! A sleeper is a JavaScript thread, which keeps all its timers itself and asks for the earliest of them, so there are
//! as many alarms as threads that use timers: a handful. A wheel would gain nothing here.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::numbered::Numbered;

struct Sleeper<B> {
    bell: B,
    wakes: Option<Instant>,
}

/// The alarms of all sleepers. Invariant: `order` holds exactly the sleepers that have a time to wake at.
pub(super) struct Alarms<B> {
    sleepers: Numbered<Sleeper<B>>,
    order: BTreeSet<(Instant, u32)>,
    last: u32,
}

impl<B: Clone> Alarms<B> {
    pub(super) fn new() -> Self {
        Self {
            sleepers: Numbered::default(),
            order: BTreeSet::new(),
            last: 0,
        }
    }

    /// A new sleeper, without an alarm.
    pub(super) fn add(&mut self, bell: B) -> u32 {
        loop {
            self.last = self.last.wrapping_add(1);
            if self.last != 0 && !self.sleepers.contains_key(&self.last) {
                break;
            }
        }
        self.sleepers
            .insert(self.last, Sleeper { bell, wakes: None });
        self.last
    }

    /// Sets or clears the one alarm of a sleeper. False if there is no such sleeper.
    pub(super) fn set(&mut self, id: u32, wakes: Option<Instant>) -> bool {
        let Some(sleeper) = self.sleepers.get_mut(&id) else {
            return false;
        };
        if let Some(before) = std::mem::replace(&mut sleeper.wakes, wakes) {
            self.order.remove(&(before, id));
        }
        if let Some(wakes) = wakes {
            self.order.insert((wakes, id));
        }
        true
    }

    /// Forgets a sleeper and its alarm.
    pub(super) fn remove(&mut self, id: u32) {
        self.set(id, None);
        self.sleepers.remove(&id);
    }

    /// When the next alarm goes off.
    pub(super) fn next(&self) -> Option<Instant> {
        self.order.first().map(|(wakes, _)| *wakes)
    }

    /// The bell of an alarm that is due, which is thereby spent.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<B> {
        let (wakes, id) = *self.order.first()?;
        if wakes > now {
            return None;
        }
        self.order.pop_first();
        let sleeper = self.sleepers.get_mut(&id)?;
        sleeper.wakes = None;
        Some(sleeper.bell.clone())
    }
}
