//! The children of one port, from their start until their status is taken.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ironloop_core::bus::news::are_heard;
use ironloop_core::inbox::{Mailbox, Port};
use ironloop_core::numbered::Numbered;
use ironloop_sys::process::{Exit, FORCE_SIGNAL, Handle, ProcessHandle};

use super::turn;
use crate::exits::{self, By, Doom, Listener, LoopExits};
use crate::{environment, news, threads};

/// What one loaded copy of lib/child_process has running.
///
/// Invariant: a child that has ended is either in the mailbox, to be reaped when lib/ takes it, or, once the port has
/// closed, reaped at once. So a worker that ends leaves its children alive and none of them a zombie.
pub(super) struct Desk {
    /// Its number among all desks of the process.
    number: u32,
    thread: u32,
    ended: Mailbox<u32>,
    exits: Option<Arc<LoopExits>>,
    state: Mutex<State>,
}

struct State {
    open: bool,
    children: Numbered<Arc<Child>>,
}

pub(super) struct Child {
    pub(super) process: ProcessHandle,
    /// Whether it ends with its thread, as one does whose channel is memory of that thread's.
    pub(super) ends_with_thread: bool,
    pub(super) doom: Doom,
}

thread_local! {
    static DESKS: RefCell<HashMap<u32, Arc<Desk>>> = RefCell::default();
}

/// Makes `port` a port of children.
///
/// # Errors
/// When the thread that watches them cannot be started.
pub(super) fn open(port: Port) -> io::Result<()> {
    let id = port.id();
    let desk = exits::enrol(|number| Desk {
        number,
        thread: environment::thread(),
        ended: Mailbox::new(port.clone()),
        exits: LoopExits::open(&port),
        state: Mutex::new(State {
            open: true,
            children: Numbered::default(),
        }),
    })?;
    DESKS.with_borrow_mut(|desks| desks.insert(id, Arc::clone(&desk)));
    turn::open(id);
    port.on_close(move || {
        let _ = DESKS.try_with(|desks| desks.borrow_mut().remove(&id));
        turn::close(id);
        desk.close();
    });
    Ok(())
}

pub(super) fn find(port: u32) -> Option<Arc<Desk>> {
    DESKS.with_borrow(|desks| desks.get(&port).cloned())
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows a child from here on.
    ///
    /// # Errors
    /// When it cannot be watched; it is then not followed.
    pub(super) fn add(&self, id: u32, child: Child) -> Result<(), (ProcessHandle, io::Error)> {
        let mut state = self.state();
        // Under the lock: its end may be heard of before this returns.
        match exits::watch(self.exits.as_deref(), &child.process, self.number, id) {
            Ok(()) => {
                state.children.insert(id, Arc::new(child));
                Ok(())
            }
            Err(error) => Err((child.process, error)),
        }
    }

    /// Children that have ended and may be told of now, with their status; at most `max`.
    pub(super) fn take(&self, max: usize) -> Vec<(u32, Exit)> {
        let due = turn::take_due(self.ended.port().id(), max, self.ended.count());
        let ended = self.ended.take(due);
        let mut state = self.state();
        let gone = ended.into_iter();
        let gone = gone.filter_map(|id| state.children.remove(&id).map(|child| (id, child)));
        let gone: Vec<_> = gone.collect();
        // Statuses are taken without the lock, for which the I/O thread waits when many end at once.
        drop(state);
        let reaped = gone.into_iter().map(|(id, child)| {
            let exit = child.process.try_reap().ok().flatten();
            (id, exit.unwrap_or_default())
        });
        reaped.collect()
    }

    /// 0 or an errno.
    pub(super) fn signal(&self, id: u32, signal: i32) -> i32 {
        // Not under the lock, for which the I/O thread waits: the one that is signalled may take our processor at once.
        let child = self.state().children.get(&id).cloned();
        let Some(child) = child else { return GONE };
        match child.process.signal(signal) {
            Ok(()) => {
                if signal == FORCE_SIGNAL {
                    child.doom.seal();
                }
                0
            }
            Err(error) => error.raw_os_error().unwrap_or(GONE),
        }
    }

    /// Nobody is left to hear of its children: those that live on are reaped as they end.
    fn close(self: &Arc<Self>) {
        let mut state = self.state();
        state.open = false;
        // Those whose end was heard of already are not told of again.
        state
            .children
            .retain(|_, child| matches!(child.process.try_reap(), Ok(None)));
        if state.children.is_empty() {
            drop(state);
            exits::dismiss(self.number);
            return;
        }
        drop(state);
        if self.end(ASK_SIGNAL) {
            let desk = Arc::clone(self);
            let force = async move {
                tokio::time::sleep(GRACE).await;
                desk.end(FORCE_SIGNAL);
            };
            // It runs already: it is what hears of children that end.
            if let Ok(io) = threads::io() {
                io.spawn(force);
            }
        }
    }

    /// Signals the children that end with their thread. False if there are none.
    fn end(&self, signal: i32) -> bool {
        let state = self.state();
        let ending = state
            .children
            .values()
            .filter(|child| child.ends_with_thread);
        let signalled = ending.map(|child| child.process.signal(signal));
        signalled.count() > 0
    }
}

impl Listener for Desk {
    fn ended(&self, id: u32, by: By<'_>) -> bool {
        let mut state = self.state();
        if are_heard()
            && let Some(child) = state.children.get(&id)
        {
            // Now, and not when lib/ takes it, for its thread may be blocked.
            let exit = child.process.peek().unwrap_or_default();
            news::child_exit(self.thread, child.process.pid(), exit.code, exit.signal);
        }
        if state.open {
            // Its thread wakes at once and wants the lock. A port that closes meanwhile reaps who has ended.
            drop(state);
            let port = self.ended.port().id();
            if matches!(by, By::Loop { .. }) && turn::is_told_in_this(port, self.ended.count()) {
                self.ended.put(id);
            } else {
                self.ended.post(id);
            }
            return false;
        }
        if let Some(child) = state.children.remove(&id) {
            let _ = child.process.try_reap();
        }
        state.children.is_empty()
    }
}

/// ESRCH
const GONE: i32 = 3;
/// SIGTERM
const ASK_SIGNAL: i32 = 15;
/// As that of a run.
const GRACE: Duration = Duration::from_secs(5);
