//! The core's trait on a process: its pidfd in the I/O thread's epoll, elsewhere a thread that waits.

use std::io;
use std::sync::Arc;
#[cfg(target_os = "linux")]
use std::task::ready;
use std::task::{Context, Poll};
use std::time::Duration;

use ironloop_core::process::{Exit, Process};
use ironloop_sys::process::ProcessHandle;
#[cfg(target_os = "linux")]
use tokio::io::{Interest, unix::AsyncFd};

#[cfg(target_os = "linux")]
use super::pipes::watch;

/// Until a status that is on its way is looked for again.
const REAP_AGAIN: Duration = Duration::from_millis(1);
const REAP_TRIES: u32 = 1000;

/// A process whose end the I/O thread hears of.
pub(super) struct Watched {
    process: Arc<ProcessHandle>,
    #[cfg(target_os = "linux")]
    pidfd: AsyncFd<Arc<ProcessHandle>>,
    #[cfg(not(target_os = "linux"))]
    ended: tokio::sync::oneshot::Receiver<()>,
}

impl Watched {
    #[cfg(target_os = "linux")]
    pub(super) fn new(process: Arc<ProcessHandle>) -> io::Result<Self> {
        let pidfd = watch(Arc::clone(&process), Interest::READABLE)?;
        Ok(Self { process, pidfd })
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn new(process: Arc<ProcessHandle>) -> io::Result<Self> {
        let (sender, ended) = tokio::sync::oneshot::channel();
        process.on_exit(move || {
            let _ = sender.send(());
        })?;
        Ok(Self { process, ended })
    }
}

impl Process for Watched {
    fn signal(&self, signal: i32, group: bool) -> bool {
        let sent = if group {
            self.process.signal_group(signal)
        } else {
            self.process.signal(signal)
        };
        sent.is_ok()
    }

    #[cfg(target_os = "linux")]
    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let Ok(mut guard) = ready!(self.pidfd.poll_read_ready(context)) else {
                return Poll::Ready(());
            };
            if self.process.has_ended() {
                return Poll::Ready(());
            }
            guard.clear_ready();
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()> {
        use std::future::Future;
        std::pin::Pin::new(&mut self.ended)
            .poll(context)
            .map(|_| ())
    }

    fn reap(&mut self) -> Exit {
        let Ok(Some(exit)) = self.process.try_reap() else {
            return Exit::default();
        };
        Exit {
            code: exit.code,
            signal: exit.signal,
            user: exit.user,
            system: exit.system,
            max_rss_bytes: exit.max_rss_bytes,
        }
    }
}

/// Waits for a process that was killed before anybody could watch it.
pub(super) async fn reap_unwatched(process: &ProcessHandle) {
    for _ in 0..REAP_TRIES {
        if !matches!(process.try_reap(), Ok(None)) {
            return;
        }
        tokio::time::sleep(REAP_AGAIN).await;
    }
}
