//! A batch of submitted tasks and the life of each.

use std::sync::Arc;
use std::time::Instant;

use super::sync::{AtomicU8, AtomicU32, Ordering};
use super::wire::{Malformed, Submitted, flags};

/// In a queue or a deque.
const WAITING: u8 = 0;
/// In a seat's ledger.
const TAKEN: u8 = 1;
/// Cancelled while it waited: whoever meets it in a queue drops it.
const DEAD: u8 = 2;
/// Reported, lost, or dropped from a ledger.
const DONE: u8 = 3;

struct Cell {
    id: u32,
    handler: u32,
    flags: u32,
    priority: i32,
    timeout_ms: u32,
    route: u32,
    /// How often it may still be started again after its worker died.
    retries: AtomicU32,
    /// Set once it has lost the seat that it was bound to and may run anywhere.
    loose: AtomicU8,
    start: usize,
    len: usize,
    state: AtomicU8,
}

/// The tasks of one submission with their payloads: one copy out of JavaScript, two allocations for all of them.
/// It lives until its last task has ended, so one long task pins at most one arena.
pub(super) struct Batch {
    bytes: Box<[u8]>,
    cells: Box<[Cell]>,
    submitted: Instant,
}

impl Batch {
    pub(super) fn read(arena: &[u8], submitted: Instant) -> Result<Arc<Self>, Malformed> {
        let mut cells = Vec::new();
        let mut at = 0;
        while at < arena.len() {
            let record = Submitted::read(arena, at)?;
            cells.push(Cell {
                id: record.id,
                handler: record.handler,
                flags: record.flags,
                priority: record.priority,
                timeout_ms: record.timeout_ms,
                route: record.route,
                retries: AtomicU32::new(record.retries),
                loose: AtomicU8::new(0),
                start: record.start,
                len: record.len,
                state: AtomicU8::new(WAITING),
            });
            at = record.next;
        }
        Ok(Arc::new(Self {
            bytes: arena.into(),
            cells: cells.into_boxed_slice(),
            submitted,
        }))
    }

    pub(super) fn tasks(self: &Arc<Self>) -> impl Iterator<Item = Task> + '_ {
        (0..self.cells.len()).map(|index| Task {
            batch: Arc::clone(self),
            index,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }
}

/// One task of a batch.
#[derive(Clone)]
pub(super) struct Task {
    batch: Arc<Batch>,
    index: usize,
}

impl Task {
    fn cell(&self) -> &Cell {
        &self.batch.cells[self.index]
    }

    pub(super) fn id(&self) -> u32 {
        self.cell().id
    }

    pub(super) fn handler(&self) -> u32 {
        self.cell().handler
    }

    pub(super) fn flags(&self) -> u32 {
        self.cell().flags
    }

    pub(super) fn priority(&self) -> i32 {
        self.cell().priority
    }

    pub(super) fn timeout_ms(&self) -> u32 {
        self.cell().timeout_ms
    }

    pub(super) fn cancellable(&self) -> bool {
        self.flags() & flags::CANCELLABLE != 0
    }

    /// The seat, or the hash of the affinity key.
    pub(super) fn route(&self) -> u32 {
        self.cell().route
    }

    /// Whether not every seat may run it.
    pub(super) fn is_bound(&self) -> bool {
        const BOUND: u32 = flags::PINNED | flags::AFFINE | flags::HELD;
        self.flags() & BOUND != 0 && self.cell().loose.load(Ordering::SeqCst) == 0
    }

    /// From here on every seat may run it.
    pub(super) fn loosen(&self) {
        self.cell().loose.store(1, Ordering::SeqCst);
    }

    /// Its worker died while it ran: whether it is to be run again. What travelled by a port is gone with the worker.
    pub(super) fn retry(&self) -> bool {
        if self.flags() & flags::PORTED != 0 {
            return false;
        }
        let retries = &self.cell().retries;
        retries
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            })
            .is_ok()
    }

    pub(super) fn submitted(&self) -> Instant {
        self.batch.submitted
    }

    pub(super) fn payload(&self) -> &[u8] {
        let cell = self.cell();
        &self.batch.bytes[cell.start..cell.start + cell.len]
    }

    /// Out of a queue: false if it was cancelled there.
    pub(super) fn take(&self) -> bool {
        self.change(WAITING, TAKEN)
    }

    /// Back to waiting; to be followed by the push that makes it visible.
    pub(super) fn give_back(&self) {
        self.cell().state.store(WAITING, Ordering::SeqCst);
    }

    /// Cancels it where it waits: false if it does not wait.
    pub(super) fn kill(&self) -> bool {
        self.change(WAITING, DEAD)
    }

    /// It left a ledger for good.
    pub(super) fn finish(&self) {
        self.cell().state.store(DONE, Ordering::SeqCst);
    }

    pub(super) fn ended(&self) -> bool {
        matches!(self.cell().state.load(Ordering::SeqCst), DEAD | DONE)
    }

    /// The same task, not an equal one.
    pub(super) fn is(&self, other: &Task) -> bool {
        self.index == other.index && Arc::ptr_eq(&self.batch, &other.batch)
    }

    fn change(&self, from: u8, to: u8) -> bool {
        self.cell()
            .state
            .compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }
}
