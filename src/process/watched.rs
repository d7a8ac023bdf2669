//! The core's trait on a process: a set of pidfds or its warden's socket, elsewhere a thread that waits.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use ironloop_core::process::{Exit, Process};
use ironloop_sys::process::{Handle, ProcessHandle};

use super::target::Target;

#[cfg(target_os = "linux")]
mod ended;
#[cfg(target_os = "linux")]
#[path = "watched/by_descriptor.rs"]
mod ends;
#[cfg(not(target_os = "linux"))]
#[path = "watched/by_thread.rs"]
mod ends;

use ends::Ends;
pub(super) use ends::{First, LoopEnds, Place, outlive};

/// Until a status that is on its way is looked for again.
const REAP_AGAIN: Duration = Duration::from_millis(1);
const REAP_TRIES: u32 = 1000;

/// A process whose end the I/O thread hears of.
pub(super) struct Watched {
    target: Arc<Target>,
    ends: Ends,
}

impl Watched {
    /// `by_loop` where the loop is to hear of the end first.
    pub(super) fn new(target: Arc<Target>, by_loop: Option<&LoopEnds>) -> io::Result<Self> {
        let ends = Ends::new(&target, by_loop)?;
        Ok(Self { target, ends })
    }

    /// Where what follows the process is to run: with `by_loop` also on the loop that hears of the end.
    pub(super) fn place(&self) -> Place {
        self.ends.place()
    }

    /// What became of the start; where nobody stands between, that is known already.
    pub(super) async fn first(&mut self) -> First {
        self.ends.first(&self.target).await
    }
}

impl Process for Watched {
    fn signal(&self, signal: i32, group: bool) -> bool {
        self.target.signal(signal, group)
    }

    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.ends.poll_ended(&self.target, context)
    }

    fn reap(&mut self) -> Exit {
        self.ends
            .reported()
            .or_else(|| reap(&self.target.process))
            .unwrap_or_default()
    }

    fn tree_rss(&self) -> u64 {
        self.target.tree_rss()
    }

    fn ran_out_of_memory(&self) -> bool {
        self.target.ran_out_of_memory()
    }

    fn sees_tree(&self) -> bool {
        self.target.control.is_some()
    }

    fn poll_tree_gone(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.ends.poll_tree_gone(&self.target, context)
    }
}

fn reap(process: &ProcessHandle) -> Option<Exit> {
    let exit = process.try_reap().ok()??;
    Some(Exit {
        code: exit.code,
        signal: exit.signal,
        user: exit.user,
        system: exit.system,
        max_rss_bytes: exit.max_rss_bytes,
    })
}

/// Waits for a process that is as good as dead and that nobody watches.
pub(super) async fn reap_unwatched(process: &ProcessHandle) {
    for _ in 0..REAP_TRIES {
        if !matches!(process.try_reap(), Ok(None)) {
            return;
        }
        tokio::time::sleep(REAP_AGAIN).await;
    }
}
