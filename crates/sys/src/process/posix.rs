//! Where there are no pidfds: the standard library spawns, by posix_spawn(3) unless the user changes. One thread hears of
//! all ends by kqueue, where there is one; elsewhere a thread per child waits.
//!
//! Weaker than Linux, and `capabilities()` says so. Nobody reaps while waiting, so that the number of a process stays its
//! own until [`Handle::try_reap`] takes the status under the lock that signals take, too.

use std::io::{self, PipeReader, PipeWriter};
use std::process::{Child as StdChild, Command as StdCommand, Stdio as StdStdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
#[cfg(not(target_vendor = "apple"))]
use std::thread;

use super::{
    CStrings, Command, Exit, Handle, Mechanisms, Reader, SpawnError, Starter, Stdio, Step, Writer,
    platform,
};

/// See [`Mechanisms`].
pub const MECHANISMS: Mechanisms = Mechanisms {
    spawn: "posix-spawn",
    reap: REAP,
    kill_tree: "best-effort",
    die_with_parent: "none",
    limits: "none",
    memory_limit: "none",
};

#[cfg(target_vendor = "apple")]
const REAP: &str = "kqueue";
#[cfg(not(target_vendor = "apple"))]
const REAP: &str = "thread";

/// What the refusal of an attribute is called; libuv's number where there is no errno for it.
const UNSUPPORTED: i32 = libc::ENOTSUP;

/// A running child.
pub type Child = platform::Child<ProcessHandle>;

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
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls back from the thread that hears of all ends once the process has ended.
    ///
    /// # Errors
    /// When no queue is to be had, or no thread can be started.
    #[cfg(target_vendor = "apple")]
    pub fn on_exit(&self, tell: impl FnOnce() + Send + 'static) -> io::Result<()> {
        super::kqueue::on_exit(self.pid, tell)
    }

    /// Calls back from a thread of its own once the process has ended.
    ///
    /// # Errors
    /// When no thread can be started.
    #[cfg(not(target_vendor = "apple"))]
    pub fn on_exit(&self, tell: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let process = self.clone();
        let look = move || {
            crate::thread::block_signals();
            wait_without_reaping(process.pid);
            tell();
        };
        thread::Builder::new()
            .name("ironloop-wait".into())
            .spawn(look)?;
        Ok(())
    }
}

impl Handle for ProcessHandle {
    fn pid(&self) -> u32 {
        self.pid
    }

    fn signal(&self, signal: i32) -> io::Result<()> {
        let mut state = self.state();
        if state.exit.is_some() {
            return Err(gone());
        }
        kill(&mut state.child, self.pid, false, signal)
    }

    fn signal_group(&self, signal: i32) -> io::Result<()> {
        let mut state = self.state();
        if state.exit.is_some() {
            return Err(gone());
        }
        kill(&mut state.child, self.pid, self.session, signal)
    }

    fn try_reap(&self) -> io::Result<Option<Exit>> {
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

/// Until the process has ended; its status stays to be taken.
pub(super) fn wait_without_reaping(pid: u32) {
    // SAFETY: a siginfo is plain data; all zeroes is a valid value.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let flags = libc::WEXITED | libc::WNOWAIT;
    loop {
        // SAFETY: the structure is valid for the call; the process is our child, unreaped while its handle lives.
        let waited = unsafe { libc::waitid(libc::P_PID, pid as libc::id_t, &raw mut info, flags) };
        if waited == 0 || io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return;
        }
    }
}

fn gone() -> io::Error {
    io::Error::from_raw_os_error(libc::ESRCH)
}

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

fn signal_of(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

/// Starts children.
pub struct Spawner;

impl Starter for Spawner {
    type Child = Child;

    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    fn spawn(&mut self, command: &Command) -> Result<Child, SpawnError> {
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

fn reader(end: PipeReader) -> io::Result<Reader> {
    Reader::new(end.into())
}

fn writer(end: PipeWriter) -> io::Result<Writer> {
    Writer::new(end.into())
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
fn copy(descriptor: i32) -> io::Result<StdStdio> {
    use std::os::fd::BorrowedFd;
    // SAFETY: the caller keeps its descriptor open until the child runs (see Stdio::Descriptor); a number that is not
    // open makes the copy fail.
    let descriptor = unsafe { BorrowedFd::borrow_raw(descriptor) };
    Ok(descriptor.try_clone_to_owned()?.into())
}

fn strings(list: &CStrings) -> impl Iterator<Item = std::ffi::OsString> {
    list.iter().map(os_string)
}

fn os_string(bytes: &[u8]) -> std::ffi::OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}
