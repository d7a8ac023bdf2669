//! killTree(): ends a process that need not be a run of ours, and what descends from it.

use std::sync::Arc;
use std::time::Duration;

use ironloop_core::process::{Tree, fell};
use ironloop_sys::process::{FORCE_SIGNAL, ProcessTree};

use super::desk;
use super::run::{Kind, News};
use super::target::Target;
use crate::raw::{self, Call, Failure, Reply};
use crate::threads;

/// `(port, id, pid, signal, grace)`: news of kind `Felled` will say whether it is gone. Answers 0, or the errno for which
/// no thread could be started.
pub(super) fn kill_tree(call: &Call) -> raw::Outcome {
    let (port, id, pid) = (call.u32(0)?, call.u32(1)?, call.u32(2)?);
    let (signal, grace) = (call.f64(3)? as i32, call.f64(4)?);
    let desk = desk::find(port).ok_or_else(|| Failure::internal("killTree: not an open port"))?;
    let io = match threads::io() {
        Ok(io) => io,
        Err(error) => return Ok(Reply::Number(error.raw_os_error().unwrap_or(-1).into())),
    };
    // One that a warden guards is reached through it, whatever has left it.
    let guarded = desk::all().iter().find_map(|desk| desk.guarded(pid));
    let grace = Duration::try_from_secs_f64(grace / 1000.0).ok();
    io.spawn(async move {
        let gone = match guarded {
            Some(target) => fell(Guarded(target), signal, FORCE_SIGNAL, grace).await,
            None => match ProcessTree::of(pid) {
                Some(tree) => fell(Found(tree), signal, FORCE_SIGNAL, grace).await,
                None => false,
            },
        };
        let details = [i32::from(gone), 0];
        let kind = Kind::Felled;
        desk.mailbox.post(News { id, kind, details });
    });
    Ok(Reply::Number(0.0))
}

struct Found(ProcessTree);

impl Tree for Found {
    fn grow(&mut self) {
        self.0.grow();
    }

    fn signal(&self, signal: i32) -> bool {
        self.0.signal(signal) > 0
    }

    fn is_gone(&mut self) -> bool {
        self.0.is_gone()
    }
}

/// All that a warden guards; it ends last.
struct Guarded(Arc<Target>);

impl Tree for Guarded {
    fn grow(&mut self) {}

    fn signal(&self, signal: i32) -> bool {
        self.0.signal(signal, true)
    }

    fn is_gone(&mut self) -> bool {
        self.0.is_gone()
    }
}
