//! Which seat gets a value that has to be sent to one worker before its task is submitted.

use std::sync::Arc;

use super::scheduler::Scheduler;
use super::seat::Seat;
use super::wire::flags;
use crate::lock::lock;

impl Scheduler {
    /// Takes a seat for a task that will be pinned to it: one that sleeps, which is rung by that task's submission. Where
    /// none does, and nothing waits that the task would overtake, the one with the fewest tasks below `room`: it may be
    /// about to sleep or yet to start, and the caller may block before it does.
    pub fn reserve(&self, room: usize) -> Option<u32> {
        let sleeper = lock(&self.rest).reserve();
        sleeper.or_else(|| self.least_occupied(room))
    }

    fn least_occupied(&self, room: usize) -> Option<u32> {
        if room == 0 || self.queued() > 0 {
            return None;
        }
        let seats = self.seats.all();
        let loads = seats.iter().filter_map(|seat| Some((seat.load()?, seat)));
        // Of seats that are alike one whose worker is up comes first.
        let free = loads.filter(|((tasks, _), _)| *tasks < room);
        free.min_by_key(|(load, _)| *load)
            .map(|(_, seat)| seat.number)
    }

    /// Where tasks with an affinity key run.
    pub fn seat_of_key(&self, key: u32) -> Option<u32> {
        self.seat_for_key(key).map(|seat| seat.number)
    }
}

impl Seat {
    /// How many tasks are its own, and whether its worker is still to come. None: it takes no further one.
    fn load(self: &Arc<Self>) -> Option<(usize, bool)> {
        let ledger = lock(&self.ledger);
        let bound = self.bound.asked();
        let carried = ledger.carry.iter().map(|task| task.flags());
        let asked: Vec<u32> = ledger.asked().chain(carried).chain(bound).collect();
        let is_exclusive = asked.iter().any(|asked| asked & flags::EXCLUSIVE != 0);
        (!ledger.closed && !is_exclusive).then_some((asked.len(), !ledger.came))
    }
}
