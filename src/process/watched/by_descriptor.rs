//! Linux: the set of pidfds tells that a process has ended; a warden's socket tells what became of the program, and by its end that
//! nothing of the tree is left.

use std::future::poll_fn;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ironloop_core::process::Exit;
use ironloop_sys::process::{Ended as Account, Handle, Report, SpawnError};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::ended::Ended;
pub(in crate::process) use super::ended::{LoopEnds, Place};
use super::{Target, reap_unwatched};
use crate::process::pipes::watch;

/// What became of a start.
pub(in crate::process) enum First {
    Runs {
        pid: u32,
    },
    Failed(SpawnError),
    /// The warden ended before it could say anything.
    Silence,
}

/// A warden's socket.
struct Socket(Arc<Target>);

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        let control = self.0.control.as_ref().map(AsFd::as_fd);
        control.unwrap_or_else(|| self.0.process.as_fd())
    }
}

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

/// The warden itself.
struct Pidfd(Arc<Target>);

impl AsFd for Pidfd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.process.as_fd()
    }
}

impl AsRawFd for Pidfd {
    fn as_raw_fd(&self) -> RawFd {
        self.0.process.as_raw_fd()
    }
}

pub(super) struct Ends {
    watch: Watch,
    reported: Option<Exit>,
    /// The warden is gone, and with it all that it guarded.
    gone: bool,
}

/// By what the end is heard of.
enum Watch {
    Program(Ended),
    Warden(AsyncFd<Socket>),
}

impl Ends {
    pub(super) fn new(target: &Arc<Target>, by_loop: Option<&LoopEnds>) -> io::Result<Self> {
        let watch = if target.control.is_none() {
            Watch::Program(Ended::watch(&target.process, by_loop)?)
        } else {
            Watch::Warden(watch(Socket(Arc::clone(target)), Interest::READABLE)?)
        };
        Ok(Self {
            watch,
            reported: None,
            gone: false,
        })
    }

    pub(super) fn place(&self) -> Place {
        match &self.watch {
            Watch::Program(ended) => ended.place(),
            Watch::Warden(_) => Place::default(),
        }
    }

    pub(super) async fn first(&mut self, target: &Target) -> First {
        if target.control.is_none() {
            return First::Runs {
                pid: target.process.pid(),
            };
        }
        match poll_fn(|context| self.poll_report(target, context)).await {
            Some(Report::Started { pid }) => First::Runs { pid },
            Some(Report::Failed { step, errno }) => {
                First::Failed(SpawnError::reported(step, errno))
            }
            Some(Report::Ended(_)) | None => First::Silence,
        }
    }

    /// What a warden told of the program's end.
    pub(super) fn reported(&mut self) -> Option<Exit> {
        self.reported.take()
    }

    pub(super) fn poll_ended(&mut self, target: &Target, context: &mut Context<'_>) -> Poll<()> {
        if let Watch::Program(ended) = &self.watch {
            return ended.poll(context);
        }
        while self.reported.is_none() && !self.gone {
            if let Some(Report::Ended(ended)) = ready!(self.poll_report(target, context)) {
                self.reported = Some(exit(ended));
                target.program_ended();
            }
        }
        if self.reported.is_none() && !target.process.has_ended() {
            // The warden was killed: its socket closes a moment before it has a status to take.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    pub(super) fn poll_tree_gone(
        &mut self,
        target: &Target,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        while !self.gone {
            // Nothing is said after the program's end.
            let _ = ready!(self.poll_report(target, context));
        }
        Poll::Ready(())
    }

    /// The next report; None when the warden is gone.
    fn poll_report(&mut self, target: &Target, context: &mut Context<'_>) -> Poll<Option<Report>> {
        let (Some(control), Watch::Warden(socket)) = (&target.control, &self.watch) else {
            return Poll::Ready(None);
        };
        loop {
            let Ok(mut guard) = ready!(socket.poll_read_ready(context)) else {
                return self.lost(target);
            };
            match control.receive() {
                Ok(Some(report)) => return Poll::Ready(Some(report)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => guard.clear_ready(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(None) | Err(_) => return self.lost(target),
            }
        }
    }

    fn lost(&mut self, target: &Target) -> Poll<Option<Report>> {
        self.gone = true;
        target.warden_gone();
        Poll::Ready(None)
    }
}

fn exit(ended: Account) -> Exit {
    Exit {
        code: ended.code,
        signal: ended.signal,
        user: Duration::from_micros(ended.user_us),
        system: Duration::from_micros(ended.system_us),
        max_rss_bytes: Some(ended.max_rss_bytes),
    }
}

/// Holds on to a warden, and so to the socket by whose end it would hear of ours, until it has ended.
pub(in crate::process) async fn outlive(target: Arc<Target>) {
    if target.control.is_none() {
        return;
    }
    if let Ok(pidfd) = watch(Pidfd(Arc::clone(&target)), Interest::READABLE) {
        while !target.process.has_ended() {
            match pidfd.readable().await {
                Ok(mut guard) if !target.process.has_ended() => guard.clear_ready(),
                _ => break,
            }
        }
    }
    reap_unwatched(&target.process).await;
    target.remove_group();
}
