//! Where there are no pidfds: the standard library spawns, a thread per child waits.
//!
//! Weaker than Linux, and `capabilities()` says so. The waiting thread looks without reaping, so that the number of a
//! process stays its own until [`ProcessHandle::try_reap`] takes the status under the lock that signals take, too.

use std::io::{self, PipeReader, PipeWriter};
use std::process::{Child as StdChild, Command as StdCommand, Stdio as StdStdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::{CStrings, Command, Control, Exit, Mechanisms, SpawnError, Stdio, Step};

#[cfg(unix)]
use super::{Reader, Writer};

/// See [`Mechanisms`].
pub const MECHANISMS: Mechanisms = Mechanisms {
    spawn: "standard-library",
    reap: "thread",
    kill_tree: if cfg!(unix) { "best-effort" } else { "none" },
    die_with_parent: "none",
    limits: "none",
    memory_limit: "none",
};

/// What the refusal of an attribute is called; libuv's number where there is no errno for it.
#[cfg(unix)]
const UNSUPPORTED: i32 = libc::ENOTSUP;
#[cfg(not(unix))]
const UNSUPPORTED: i32 = 4049;

/// How often a thread looks whether its child has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// The parent's reading end of a child's output; blocks.
#[cfg(not(unix))]
pub type Reader = PipeReader;

/// The parent's writing end of a child's input; blocks.
#[cfg(not(unix))]
pub type Writer = PipeWriter;

/// A running child and the parent's ends of its pipes.
#[derive(Debug)]
pub struct Child {
    pub process: ProcessHandle,
    pub stdin: Option<Writer>,
    pub stdout: Option<Reader>,
    pub stderr: Option<Reader>,
    /// There is no warden here.
    pub control: Option<Control>,
}

#[derive(Debug)]
struct State {
    child: StdChild,
    exit: Option<Exit>,
}

/// One child. Clones mean the same child.
#[derive(Clone, Debug)]
pub struct ProcessHandle {
    pid: u32,
    session: bool,
    state: Arc<Mutex<State>>,
}

impl ProcessHandle {
    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signals the process; 0 only asks whether it is there.
    ///
    /// # Errors
    /// When it has ended, or as kill(2).
    pub fn signal(&self, signal: i32) -> io::Result<()> {
        let mut state = self.state();
        if state.exit.is_some() {
            return Err(gone());
        }
        kill(&mut state.child, self.pid, false, signal)
    }

    /// Signals the process and its group; without a group of its own, it alone.
    ///
    /// # Errors
    /// As [`Self::signal`].
    pub fn signal_group(&self, signal: i32) -> io::Result<()> {
        let mut state = self.state();
        if state.exit.is_some() {
            return Err(gone());
        }
        kill(&mut state.child, self.pid, self.session, signal)
    }

    /// Takes the exit status of a process that has ended; None while it runs.
    ///
    /// # Errors
    /// What the platform says.
    pub fn try_reap(&self) -> io::Result<Option<Exit>> {
        let mut state = self.state();
        if state.exit.is_none() {
            state.exit = state.child.try_wait()?.map(|status| Exit {
                code: status.code(),
                signal: signal_of(status),
                ..Exit::default()
            });
        }
        Ok(state.exit)
    }

    /// Calls back from a thread of its own once the process has ended.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn on_exit(&self, tell: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let process = self.clone();
        let look = move || {
            crate::thread::block_signals();
            while matches!(process.try_reap(), Ok(None)) {
                thread::sleep(LOOK_EVERY);
            }
            tell();
        };
        thread::Builder::new()
            .name("ironloop-wait".into())
            .spawn(look)?;
        Ok(())
    }
}

/// A process that need not be a child. What it started is reached only as far as it leads a process group.
#[derive(Debug)]
pub struct ProcessTree {
    pid: u32,
}

impl ProcessTree {
    /// None where there is no such process.
    #[must_use]
    pub fn of(root: u32) -> Option<Self> {
        let tree = Self { pid: root };
        (tree.signal(0) > 0).then_some(tree)
    }

    /// There is no list to look at.
    pub fn grow(&mut self) {}

    /// Signals it; how many got it.
    #[cfg(unix)]
    pub fn signal(&self, signal: i32) -> usize {
        let Ok(pid) = libc::pid_t::try_from(self.pid) else {
            return 0;
        };
        // SAFETY: numbers only. A process that leads no group has none of its number.
        let group = unsafe { libc::kill(-pid, signal) } == 0;
        // SAFETY: numbers only.
        let alone = || unsafe { libc::kill(pid, signal) } == 0;
        usize::from(group || alone())
    }

    /// There is no way yet.
    #[cfg(not(unix))]
    pub fn signal(&self, _signal: i32) -> usize {
        0
    }

    /// True once nobody gets a signal.
    pub fn is_gone(&mut self) -> bool {
        self.signal(0) == 0
    }

    /// Not known here.
    #[must_use]
    pub fn resident_bytes(_root: u32, _below_only: bool) -> u64 {
        0
    }
}

fn gone() -> io::Error {
    #[cfg(unix)]
    return io::Error::from_raw_os_error(libc::ESRCH);
    #[cfg(not(unix))]
    io::ErrorKind::NotFound.into()
}

#[cfg(unix)]
fn kill(_child: &mut StdChild, pid: u32, group: bool, signal: i32) -> io::Result<()> {
    let pid = libc::pid_t::try_from(pid).map_err(io::Error::other)?;
    // SAFETY: numbers only; the caller holds the lock under which the process is still unreaped, so they are the child's.
    let sent = unsafe { libc::kill(if group { -pid } else { pid }, signal) };
    if sent == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// As libuv on Windows: 0 asks, every ending signal terminates.
#[cfg(not(unix))]
fn kill(child: &mut StdChild, _pid: u32, _group: bool, signal: i32) -> io::Result<()> {
    if signal == 0 { Ok(()) } else { child.kill() }
}

#[cfg(unix)]
fn signal_of(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal_of(_status: std::process::ExitStatus) -> Option<i32> {
    None
}

/// Starts children.
pub struct Spawner;

impl Spawner {
    /// Needs nothing here.
    ///
    /// # Errors
    /// Never.
    pub fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Starts a child.
    ///
    /// # Errors
    /// Which step failed and why; nothing is left behind. What this platform cannot give is refused, never ignored.
    pub fn spawn(&mut self, command: &Command) -> Result<Child, SpawnError> {
        let limited =
            !command.limits.is_empty() || command.umask.is_some() || command.nice.is_some();
        if limited || command.die_with_parent || command.warden.is_some() {
            return Err(SpawnError::new(Step::Attributes, UNSUPPORTED));
        }
        let mut builder = std_command(command);
        let (stdin, outputs) = connect(&mut builder, &command.stdio)
            .map_err(|error| SpawnError::of(Step::Pipe, &error))?;
        let child = builder.spawn().map_err(|error| explain(command, &error))?;
        drop(builder); // and with it the child's ends of the pipes
        let [stdout, stderr] = outputs;
        let ends = |error: io::Error| SpawnError::of(Step::Pipe, &error);
        Ok(Child {
            process: ProcessHandle {
                pid: child.id(),
                session: command.session,
                state: Arc::new(Mutex::new(State { child, exit: None })),
            },
            stdin: stdin.map(writer).transpose().map_err(ends)?,
            stdout: stdout.map(reader).transpose().map_err(ends)?,
            stderr: stderr.map(reader).transpose().map_err(ends)?,
            control: None,
        })
    }
}

#[cfg(unix)]
fn reader(end: PipeReader) -> io::Result<Reader> {
    Reader::new(end.into())
}

#[cfg(unix)]
fn writer(end: PipeWriter) -> io::Result<Writer> {
    Writer::new(end.into())
}

#[cfg(not(unix))]
fn reader(end: PipeReader) -> io::Result<Reader> {
    Ok(end)
}

#[cfg(not(unix))]
fn writer(end: PipeWriter) -> io::Result<Writer> {
    Ok(end)
}

/// The standard library does not say whether the directory or the program is missing.
fn explain(command: &Command, error: &io::Error) -> SpawnError {
    let cwd = command.cwd.as_deref().map(os_string);
    let missing = cwd.is_some_and(|cwd| !std::path::Path::new(&cwd).is_dir());
    SpawnError::of(if missing { Step::Chdir } else { Step::Exec }, error)
}

fn std_command(command: &Command) -> StdCommand {
    let mut builder = StdCommand::new(os_string(&command.file));
    builder.args(strings(&command.argv).skip(1)).env_clear();
    for entry in command.env.iter() {
        if let Some(at) = entry.iter().position(|byte| *byte == b'=') {
            builder.env(os_string(&entry[..at]), os_string(&entry[at + 1..]));
        }
    }
    if let Some(cwd) = &command.cwd {
        builder.current_dir(os_string(cwd));
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        if let Some(name) = command.argv.iter().next() {
            builder.arg0(os_string(name));
        }
        if command.session {
            builder.process_group(0);
        }
        if let Some(gid) = command.gid {
            builder.gid(gid);
        }
        if let Some(uid) = command.uid {
            builder.uid(uid);
        }
    }
    builder
}

type Ends = (Option<PipeWriter>, [Option<PipeReader>; 2]);

fn connect(builder: &mut StdCommand, stdio: &[Stdio; 3]) -> io::Result<Ends> {
    let (input, stdin) = match stdio[0] {
        Stdio::Pipe => {
            let (childs, ours) = io::pipe()?;
            (StdStdio::from(childs), Some(ours))
        }
        Stdio::Inherit => (StdStdio::inherit(), None),
        Stdio::Descriptor(descriptor) => (copy(descriptor)?, None),
        Stdio::Null | Stdio::SameAs(_) => (StdStdio::null(), None),
    };
    builder.stdin(input);
    let mut shared = None;
    let mut outputs = [None, None];
    for at in 0..2 {
        let output = match (stdio[at + 1], &shared) {
            (Stdio::Pipe, _) => {
                let (ours, childs) = io::pipe()?;
                shared = Some(childs.try_clone()?);
                outputs[at] = Some(ours);
                StdStdio::from(childs)
            }
            (Stdio::SameAs(1), Some(pipe)) => StdStdio::from(pipe.try_clone()?),
            (Stdio::Inherit, _) => StdStdio::inherit(),
            (Stdio::Descriptor(descriptor), _) => copy(descriptor)?,
            (Stdio::SameAs(1), None) => match stdio[1] {
                Stdio::Descriptor(descriptor) => copy(descriptor)?,
                _ => StdStdio::null(),
            },
            _ => StdStdio::null(),
        };
        if at == 0 {
            builder.stdout(output);
        } else {
            builder.stderr(output);
        }
    }
    Ok((stdin, outputs))
}

/// A copy of the parent's descriptor for the child.
#[cfg(unix)]
fn copy(descriptor: i32) -> io::Result<StdStdio> {
    use std::os::fd::BorrowedFd;
    // SAFETY: the caller keeps its descriptor open until the child runs (see Stdio::Descriptor); a number that is not
    // open makes the copy fail.
    let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
    Ok(descriptor.try_clone_to_owned()?.into())
}

/// A C runtime's descriptor means nothing to the system here.
#[cfg(not(unix))]
fn copy(_descriptor: i32) -> io::Result<StdStdio> {
    Err(io::ErrorKind::Unsupported.into())
}

fn strings(list: &CStrings) -> impl Iterator<Item = std::ffi::OsString> {
    list.iter().map(os_string)
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> std::ffi::OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> std::ffi::OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}
