//! The bells: heard on the I/O thread, told to the port once until it asks.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ironloop_core::inbox::Mailbox;
use ironloop_sys::bell::{Bell, Heard};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::task::{AbortHandle, yield_now};

use crate::threads;

/// What the I/O thread knows of a channel.
pub(super) struct News {
    id: u32,
    /// Whether it is in the mailbox: a process that rings without end fills no queue of ours.
    told: AtomicBool,
    mailbox: Arc<Mailbox<u32>>,
}

impl News {
    pub(super) fn new(id: u32, mailbox: Arc<Mailbox<u32>>) -> Arc<Self> {
        Arc::new(Self {
            id,
            told: AtomicBool::new(false),
            mailbox,
        })
    }

    /// False if nobody is there to hear it.
    pub(super) fn tell(&self) -> bool {
        self.told.swap(true, Ordering::SeqCst) || self.mailbox.post(self.id)
    }

    /// Taken from the mailbox: what rings from here on is told again.
    pub(super) fn heard(&self) {
        self.told.store(false, Ordering::SeqCst);
    }
}

/// A bell that is being listened to, until this is dropped.
pub(super) struct Listening {
    bell: Arc<Bell>,
    task: AbortHandle,
}

impl Listening {
    /// # Errors
    /// When the I/O thread cannot be started or its epoll refuses.
    pub(super) fn new(bell: Bell, news: Arc<News>) -> io::Result<Self> {
        let bell = Arc::new(bell);
        let io = threads::io()?;
        let _runtime = io.runtime().enter();
        let task = io
            .runtime()
            .spawn(listen(watched(Arc::clone(&bell))?, news));
        Ok(Self {
            bell,
            task: task.abort_handle(),
        })
    }

    pub(super) fn ring(&self) {
        self.bell.ring();
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[allow(
    deprecated,
    reason = "the bell owns its descriptor, which is what the newer, unsafe constructor asks its caller to see to"
)]
fn watched(bell: Arc<Bell>) -> io::Result<AsyncFd<Arc<Bell>>> {
    AsyncFd::with_interest(bell, Interest::READABLE)
}

async fn listen(bell: AsyncFd<Arc<Bell>>, news: Arc<News>) {
    while let Ok(mut ready) = bell.readable().await {
        match bell.get_ref().hear() {
            Heard::Rung { more } => {
                if !more {
                    ready.clear_ready();
                }
                if !news.tell() {
                    return;
                }
                yield_now().await;
            }
            Heard::Nothing => ready.clear_ready(),
            Heard::Gone => return,
        }
    }
}
