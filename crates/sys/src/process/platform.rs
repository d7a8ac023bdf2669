use std::io;

use super::{Command, Control, Exit, Reader, SpawnError, Writer};

/// A running child and the parent's ends of its pipes.
#[derive(Debug)]
pub struct Child<Process> {
    pub process: Process,
    pub stdin: Option<Writer>,
    pub stdout: Option<Reader>,
    pub stderr: Option<Reader>,
    /// The way to the warden, where one stands between; `process` is then the warden.
    pub control: Option<Control>,
}

/// What every platform's `Spawner` offers.
pub trait Starter: Sized {
    /// A running child and the parent's ends of its pipes.
    type Child;

    /// Prepares what all children share.
    ///
    /// # Errors
    /// When there is no memory for it.
    fn new() -> io::Result<Self>;

    /// Starts a child.
    ///
    /// # Errors
    /// Which step failed and why; nothing is left behind. What the platform cannot give is refused, never ignored.
    fn spawn(&mut self, command: &Command) -> Result<Self::Child, SpawnError>;
}

/// What every platform's `ProcessHandle` offers.
pub trait Handle {
    /// The process id.
    fn pid(&self) -> u32;

    /// Signals the process; 0 only asks whether it is there.
    ///
    /// # Errors
    /// When it has ended, or may not be signalled.
    fn signal(&self, signal: i32) -> io::Result<()>;

    /// Signals the process and what belongs to it, as far as the platform keeps that together.
    ///
    /// # Errors
    /// As [`Self::signal`].
    fn signal_group(&self, signal: i32) -> io::Result<()>;

    /// Takes the exit status of a process that has ended; None while it runs.
    ///
    /// # Errors
    /// What the platform says.
    fn try_reap(&self) -> io::Result<Option<Exit>>;
}
