//! The set of pidfds of one port's children, polled by the loop itself.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use ironloop_core::inbox::Port;
use ironloop_core::numbered::Numbered;
use ironloop_sys::host_uv::LoopPoll;
use ironloop_sys::process::{Exits, ProcessHandle};
use tokio::task::AbortHandle;

use super::{By, ended, follow, watch_set};
use crate::{environment, threads};

/// How long the I/O thread leaves the end of a child to its loop; one that is not blocked needs less.
const LOOP_FIRST: Duration = Duration::from_millis(1);

thread_local! {
    static POLLS: RefCell<Numbered<LoopPoll<Arc<Exits>>>> = RefCell::default();
}

/// A set that a loop hears from first. The I/O thread watches it until the last who holds it lets go.
#[derive(Debug)]
pub(crate) struct LoopExits {
    exits: Arc<Exits>,
    watch: AbortHandle,
}

impl LoopExits {
    /// A set for the children of `port`, polled until the port closes. None where the host's loop cannot: then the set of the
    /// I/O thread does as well, by a second wake-up.
    pub(crate) fn open(port: &Port) -> Option<Arc<Self>> {
        let host = environment::this_loop()?;
        let io = threads::io().ok()?;
        let exits = Arc::new(Exits::new().ok()?);
        let _runtime = io.runtime().enter();
        let watched = watch_set(Arc::clone(&exits)).ok()?;
        let set = Arc::new(Self {
            exits: Arc::clone(&exits),
            watch: tokio::spawn(follow(watched, LOOP_FIRST)).abort_handle(),
        });
        let poll = host.poll(exits, Box::new(|exits: &Arc<Exits>| hear(exits)))?;
        let id = port.id();
        POLLS.with_borrow_mut(|polls| polls.insert(id, poll));
        port.on_close(move || {
            // Dropped when the borrow is over.
            let _closed = POLLS.try_with(|polls| polls.borrow_mut().remove(&id));
        });
        Some(set)
    }

    pub(super) fn add(&self, process: &ProcessHandle, key: u64) -> io::Result<()> {
        self.exits.add(process, key)
    }
}

impl Drop for LoopExits {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

fn hear(exits: &Exits) {
    let mut owed = Vec::new();
    environment::drain_after(|| {
        for key in exits.take() {
            ended(key, By::Loop { owed: &mut owed });
        }
    });
    for waker in owed {
        waker.wake();
    }
}
