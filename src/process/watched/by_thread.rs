//! Where nothing can be waited for together: a thread waits for each process. There is no warden.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ironloop_core::inbox::Port;
use ironloop_core::process::Exit;
use ironloop_sys::process::{Handle, SpawnError};
use tokio::sync::oneshot::{Receiver, channel};

use super::Target;

/// What became of a start.
pub(in crate::process) enum First {
    Runs {
        pid: u32,
    },
    #[allow(dead_code, reason = "what a warden says, where there are wardens")]
    Failed(SpawnError),
    #[allow(dead_code, reason = "as above")]
    Silence,
}

/// No loop hears of an end by itself here.
#[derive(Clone)]
pub(in crate::process) struct LoopEnds;

impl LoopEnds {
    pub(in crate::process) fn open(_port: &Port) -> Self {
        Self
    }
}

/// See [`super::Watched::place`].
pub(in crate::process) struct Place;

impl Place {
    pub(in crate::process) async fn follow(self, run: impl Future<Output = ()> + Send + 'static) {
        run.await;
    }
}

pub(super) struct Ends(Receiver<()>);

impl Ends {
    pub(super) fn place(&self) -> Place {
        Place
    }

    pub(super) fn new(target: &Arc<Target>, _by_loop: Option<&LoopEnds>) -> io::Result<Self> {
        let (sender, ended) = channel();
        target.process.on_exit(move || {
            let _ = sender.send(());
        })?;
        Ok(Self(ended))
    }

    pub(super) async fn first(&mut self, target: &Target) -> First {
        First::Runs {
            pid: target.process.pid(),
        }
    }

    pub(super) fn reported(&mut self) -> Option<Exit> {
        None
    }

    pub(super) fn poll_ended(&mut self, _target: &Target, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll(context).map(|_| ())
    }

    pub(super) fn poll_tree_gone(
        &mut self,
        _target: &Target,
        _context: &mut Context<'_>,
    ) -> Poll<()> {
        Poll::Ready(())
    }
}

/// There is nothing that could live longer than what it guards.
pub(in crate::process) async fn outlive(_target: Arc<Target>) {}
