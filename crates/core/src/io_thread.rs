//! The I/O thread: a tokio current-thread runtime on a thread of its own.
//!
//! Child processes, pipes, deadlines and kill ladders run here, so that they go on while a JavaScript loop is blocked.
//! Futures here must not block: CPU work belongs to [`crate::cpu_threads`].

use std::future::{Future, pending};
use std::io;
use std::thread;

use tokio::runtime::{Builder, Handle};

/// A running I/O thread. It lives as long as the process.
pub struct IoThread {
    runtime: Handle,
}

impl IoThread {
    /// Starts the thread. `on_start` runs on it first (signal mask).
    ///
    /// # Errors
    /// When the runtime or the thread cannot be created (descriptors, thread limit).
    pub fn start(on_start: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        thread::Builder::new()
            .name("ironloop-io".into())
            .spawn(move || {
                on_start();
                runtime.block_on(pending::<()>());
            })?;
        Ok(Self { runtime: handle })
    }

    /// Runs a future on the I/O thread. A future that panics ends alone.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        drop(self.runtime.spawn(future));
    }

    /// The runtime, for what must be registered with it (descriptors, timers).
    #[must_use]
    pub fn runtime(&self) -> &Handle {
        &self.runtime
    }
}

#[cfg(test)]
mod tests {
    use super::IoThread;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    #[test]
    fn futures_run_on_the_named_thread_and_a_panic_ends_only_its_own() {
        let (sender, receiver) = mpsc::channel();
        let started = sender.clone();
        let io =
            IoThread::start(move || started.send("start".to_owned()).expect("the test listens"))
                .expect("an I/O thread");
        io.spawn(async { panic!("one future") });
        io.spawn(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let name = thread::current().name().unwrap_or_default().to_owned();
            sender.send(name).expect("the test listens");
        });
        assert_eq!(receiver.recv().as_deref(), Ok("start"));
        assert_eq!(receiver.recv().as_deref(), Ok("ironloop-io"));
    }
}
