//! The inbox of one JavaScript environment: which of its modules have news, and one wake-up per loop turn.
//!
//! A module keeps its data in a structure of its own (a queue of completions, an arena of messages) and rings its
//! [`Port`]. The first ring of a turn wakes the loop; the drain then asks each port that rang, once, and the module
//! hands over its batch. So a wake-up is paid per turn and a crossing per batch, never per item.
//!
//! Invariant: data is stored before `notify`, and a port is marked quiet before its data is taken, both under locks.
//! So news that arrives during a drain rings again and is never lost.

mod mailbox;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::lock::lock;
use crate::numbered::Numbered;

pub use mailbox::Mailbox;

/// Wakes the event loop that owns an inbox. Called from any thread, at most once per drain.
pub trait Wake: Send {
    /// Makes the loop call the drain in its next turn.
    fn wake(&self);
}

type OnClose = Box<dyn FnOnce() + Send>;

/// What a port's end sets off.
type Entry = Vec<OnClose>;

/// Memory that shares no cache line (processors fetch pairs of them) with what stands beside it: who wakes a thread
/// holds the one lock still while that thread takes the other.
#[repr(align(128))]
struct Apart<T>(T);

struct State {
    /// False once the environment is dead.
    open: bool,
    /// True from the wake-up until the drain it caused found nothing more to do.
    armed: bool,
    /// Few, as a rule: so who asks whether a port is among them looks through it, and touches nothing else of the port.
    ringing: VecDeque<u32>,
    ports: Numbered<Entry>,
    last_port: u32,
}

impl State {
    /// Whether the loop has to be woken now: true once per drain.
    #[must_use]
    fn arm(&mut self) -> bool {
        !std::mem::replace(&mut self.armed, true)
    }

    /// The next port that rang, no longer ringing, and how many ring behind it.
    fn next(&mut self) -> Option<(u32, usize)> {
        while let Some(id) = self.ringing.pop_front() {
            if self.ports.contains_key(&id) {
                return Some((id, self.ringing.len()));
            }
        }
        None
    }
}

/// See the module's text. One per environment, shared by all threads that have news for it.
pub struct Inbox {
    state: Apart<Mutex<State>>,
    /// None once the environment is dead: nothing may touch its loop any more. A lock of its own, because waking is a
    /// system call, after which the woken thread wants `state` at once.
    wake: Apart<Mutex<Option<Box<dyn Wake>>>>,
}

impl Inbox {
    /// An open inbox without ports.
    #[must_use]
    pub fn new(wake: Box<dyn Wake>) -> Arc<Self> {
        Arc::new(Self {
            state: Apart(Mutex::new(State {
                open: true,
                armed: false,
                ringing: VecDeque::new(),
                ports: Numbered::default(),
                last_port: 0,
            })),
            wake: Apart(Mutex::new(Some(wake))),
        })
    }

    /// Opens a port. On a closed inbox the port is dead from the start.
    #[must_use]
    pub fn open_port(self: &Arc<Self>) -> Port {
        let mut state = lock(&self.state.0);
        // Ids are not reused while they are open; after four billion ports the search skips those that still are.
        loop {
            state.last_port = state.last_port.wrapping_add(1);
            if state.last_port != 0 && !state.ports.contains_key(&state.last_port) {
                break;
            }
        }
        let id = state.last_port;
        if state.open {
            state.ports.insert(id, Entry::new());
        }
        Port {
            id,
            inbox: Arc::clone(self),
        }
    }

    /// The open port with this id.
    #[must_use]
    pub fn port(self: &Arc<Self>, id: u32) -> Option<Port> {
        lock(&self.state.0).ports.contains_key(&id).then(|| Port {
            id,
            inbox: Arc::clone(self),
        })
    }

    /// The next port that rang, marked quiet: its data is to be taken now.
    #[must_use]
    pub fn next_ringing(&self) -> Option<u32> {
        lock(&self.state.0).next().map(|(id, _)| id)
    }

    /// As `next_ringing`, and how many ring behind it; where there is none, the drain has ended as by `end_drain`.
    #[must_use]
    pub fn next_or_end(&self) -> Option<(u32, usize)> {
        let mut state = lock(&self.state.0);
        let next = state.next();
        state.armed = next.is_some();
        next
    }

    /// Takes a port back that has not been asked: it is the first of the next turn.
    pub fn put_back(&self, id: u32) {
        let mut state = lock(&self.state.0);
        if !state.ringing.contains(&id) {
            state.ringing.push_front(id);
        }
    }

    /// Begins a drain that no wake-up caused: ports that ring from here on are its to ask, and wake nobody.
    pub fn begin_drain(&self) {
        lock(&self.state.0).armed = true;
    }

    /// Ends a drain: wakes the loop again if any port still rings.
    pub fn end_drain(&self) {
        let mut state = lock(&self.state.0);
        state.armed = false;
        if !state.ringing.is_empty() && state.arm() {
            drop(state);
            self.wake();
        }
    }

    fn wake(&self) {
        if let Some(wake) = &*lock(&self.wake.0) {
            wake.wake();
        }
    }

    /// Closes one port and runs its close hooks. Its news is discarded.
    pub fn close_port(&self, id: u32) {
        let entry = lock(&self.state.0).ports.remove(&id);
        run_hooks(entry);
    }

    /// Closes the inbox: from here on no poster can reach the loop, and every port's close hooks have run.
    pub fn close(&self) {
        let ports = {
            *lock(&self.wake.0) = None;
            let mut state = lock(&self.state.0);
            state.open = false;
            state.ringing.clear();
            std::mem::take(&mut state.ports)
        };
        for (_, entry) in ports {
            run_hooks(Some(entry));
        }
    }
}

/// Outside the lock: a hook may ring other ports of the same inbox.
fn run_hooks(entry: Option<Entry>) {
    for hook in entry.into_iter().flatten() {
        hook();
    }
}

/// One module's bell in one environment.
#[derive(Clone)]
pub struct Port {
    id: u32,
    inbox: Arc<Inbox>,
}

impl Port {
    /// The number that JavaScript knows this port by.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Says that this port has news. False if nobody will ever ask for it: the port or its environment is closed.
    pub fn notify(&self) -> bool {
        let mut state = lock(&self.inbox.state.0);
        if !state.ports.contains_key(&self.id) {
            return false;
        }
        if !state.ringing.contains(&self.id) {
            state.ringing.push_back(self.id);
            if state.arm() {
                drop(state);
                self.inbox.wake();
            }
        }
        true
    }

    /// Runs `hook` when the port closes, also because its environment died; at once if that has already happened.
    /// Hooks run on the thread that closes, usually the dying JavaScript thread, and must not block.
    pub fn on_close(&self, hook: impl FnOnce() + Send + 'static) {
        {
            let mut state = lock(&self.inbox.state.0);
            if let Some(entry) = state.ports.get_mut(&self.id) {
                entry.push(Box::new(hook));
                return;
            }
        }
        hook();
    }
}

#[cfg(test)]
mod tests;
