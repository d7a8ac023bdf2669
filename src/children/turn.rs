//! When in a turn of the loop ends are told: after all its events, as Node does it. What a child wrote before it ended, to a
//! pipe or as a message, is ready no later than its end is, and so is delivered before it.
//!
//! An end that the loop itself was told of is one of the events of that turn. One that another thread heard of may have come
//! after the loop had taken its events: it is told after those of the next turn.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ironloop_core::numbered::Numbered;
use ironloop_sys::host_uv::AfterEvents;

use crate::environment;

/// Of one port, where the host's loop can say when its events are over.
struct Turn {
    after: AfterEvents,
    counts: Rc<Counts>,
}

/// How many of the ends that wait, the oldest first, are to be told when.
#[derive(Default)]
struct Counts {
    /// At this moment.
    due: Cell<usize>,
    /// After the events of this turn.
    this_turn: Cell<usize>,
    /// Seen in this turn: after the events of the next.
    seen: Cell<usize>,
    /// Seen in the turn before.
    seen_before: Cell<usize>,
}

thread_local! {
    static TURNS: RefCell<Numbered<Turn>> = RefCell::default();
}

pub(super) fn open(port: u32) {
    let counts = Rc::new(Counts::default());
    let shared = Rc::clone(&counts);
    let after = environment::this_loop()
        .and_then(|host| host.after_events(Box::new(move || events_are_over(port, &shared))));
    if let Some(after) = after {
        TURNS.with_borrow_mut(|turns| turns.insert(port, Turn { after, counts }));
    }
}

pub(super) fn close(port: u32) {
    // Dropped when the borrow is over.
    let _closed = TURNS.try_with(|turns| turns.borrow_mut().remove(&port));
}

fn events_are_over(port: u32, counts: &Counts) {
    let due = counts.this_turn.take();
    let mut seen = counts.seen.take().saturating_sub(due);
    if due > 0 {
        counts.due.set(due);
        environment::deliver(port);
        counts.due.set(0);
        // Counted anew, should more have been asked for than were due.
        match counts.seen.take() {
            0 => {}
            more => seen = more,
        }
    }
    counts.seen_before.set(seen);
    if (seen > 0 || counts.this_turn.get() > 0)
        && let Some(port) = environment::port(port)
    {
        port.notify();
    }
}

/// Whether there is somebody to say when a turn's events are over.
pub(super) fn is_known(port: u32) -> bool {
    TURNS.with_borrow(|turns| turns.contains_key(&port))
}

/// Whether one more end, which the loop itself was told of, is told after the events of this turn, where `waiting` others
/// are; if not, the port is to be rung.
pub(super) fn is_told_in_this(port: u32, waiting: usize) -> bool {
    TURNS.with_borrow(|turns| {
        let turn = turns.get(&port);
        let turn = turn.filter(|turn| turn.counts.this_turn.get() == waiting);
        if let Some(Turn { after, counts }) = turn {
            counts.this_turn.set(waiting + 1);
            after.ask();
        }
        turn.is_some()
    })
}

/// How many of `waiting` ends may be told now, at most `most`. Of the others the port is asked again in their time.
pub(super) fn take_due(port: u32, most: usize, waiting: usize) -> usize {
    TURNS.with_borrow(|turns| {
        let Some(Turn { after, counts }) = turns.get(&port) else {
            return most;
        };
        let due = counts.due.get();
        counts.due.set(due.saturating_sub(most));
        if due > 0 || waiting == 0 {
            return due.min(most);
        }
        match counts.seen_before.take() {
            0 => counts.seen.set(waiting),
            seen => counts.this_turn.set(seen),
        }
        after.ask();
        0
    })
}
