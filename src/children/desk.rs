//! The children of one port, from their start until their status is taken.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ironloop_core::inbox::{Mailbox, Port};
use ironloop_sys::process::{Exit, Handle, ProcessHandle};

use super::reaper;

/// What one loaded copy of lib/child_process has running.
///
/// Invariant: a child that has ended is either in the mailbox, to be reaped when lib/ takes it, or, once the port has
/// closed, reaped at once. So a worker that ends leaves its children alive and none of them a zombie.
pub(super) struct Desk {
    /// Its number among all desks of the process.
    number: u32,
    ended: Mailbox<u32>,
    state: Mutex<State>,
}

struct State {
    open: bool,
    children: HashMap<u32, ProcessHandle>,
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
    let desk = reaper::enrol(|number| Desk {
        number,
        ended: Mailbox::new(port.clone()),
        state: Mutex::new(State {
            open: true,
            children: HashMap::new(),
        }),
    })?;
    DESKS.with_borrow_mut(|desks| desks.insert(id, Arc::clone(&desk)));
    port.on_close(move || {
        let _ = DESKS.try_with(|desks| desks.borrow_mut().remove(&id));
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
    pub(super) fn add(
        &self,
        id: u32,
        process: ProcessHandle,
    ) -> Result<(), (ProcessHandle, io::Error)> {
        let mut state = self.state();
        // Under the lock: its end may be heard of before this returns.
        match reaper::watch(&process, self.number, id) {
            Ok(()) => {
                state.children.insert(id, process);
                Ok(())
            }
            Err(error) => Err((process, error)),
        }
    }

    /// A child has ended. True if nobody needs this desk any more.
    pub(super) fn ended(&self, id: u32) -> bool {
        let mut state = self.state();
        if state.open {
            self.ended.post(id);
            return false;
        }
        if let Some(process) = state.children.remove(&id) {
            let _ = process.try_reap();
        }
        state.children.is_empty()
    }

    /// Children that have ended, with their status; at most `max`.
    pub(super) fn take(&self, max: usize) -> Vec<(u32, Exit)> {
        let mut state = self.state();
        let ended = self.ended.take(max).into_iter();
        let reaped = ended.filter_map(|id| {
            let process = state.children.remove(&id)?;
            Some((id, process.try_reap().ok().flatten().unwrap_or_default()))
        });
        reaped.collect()
    }

    /// 0 or an errno.
    pub(super) fn signal(&self, id: u32, signal: i32) -> i32 {
        match self
            .state()
            .children
            .get(&id)
            .map(|process| process.signal(signal))
        {
            Some(Ok(())) => 0,
            Some(Err(error)) => error.raw_os_error().unwrap_or(GONE),
            None => GONE,
        }
    }

    /// Nobody is left to hear of its children, which live on: they are reaped as they end.
    fn close(&self) {
        let mut state = self.state();
        state.open = false;
        // Those whose end was heard of already are not told of again.
        state
            .children
            .retain(|_, process| matches!(process.try_reap(), Ok(None)));
        if state.children.is_empty() {
            drop(state);
            reaper::dismiss(self.number);
        }
    }
}

/// ESRCH
const GONE: i32 = 3;
