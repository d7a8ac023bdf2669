use std::fmt;

use super::CStrings;

/// What one descriptor of the child is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdio {
    /// The null device.
    Null,
    /// The parent's descriptor of the same number.
    Inherit,
    /// A pipe whose other end is returned in [`super::Child`].
    Pipe,
    /// This descriptor of the parent, which stays open there until the child runs.
    Descriptor(i32),
    /// The same open pipe as this lower descriptor of the child.
    SameAs(usize),
}

/// A resource limit, as in setrlimit: soft and hard are set to the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub kind: LimitKind,
    pub value: u64,
}

/// The limits that a process can carry without a cgroup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    AddressSpaceBytes,
    CpuSeconds,
    FileSizeBytes,
    OpenFiles,
}

/// The executable that is to stand between us and the program (see crates/warden).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warden {
    /// Its absolute path.
    pub file: Vec<u8>,
    /// The directory of the cgroup that the program is to be started in; the warden removes it at its end.
    pub cgroup: Option<Vec<u8>>,
}

/// What to start. No string has a NUL within; the callers refuse it with an error that names the argument.
#[derive(Clone, Debug)]
pub struct Command {
    /// A path when it has a slash, else a name that is looked for in `PATH` of `env`, as execvp(3) does.
    pub file: Vec<u8>,
    /// The whole argv, name first.
    pub argv: CStrings,
    /// The whole environment, `NAME=value` each.
    pub env: CStrings,
    pub cwd: Option<Vec<u8>>,
    /// Descriptors 0, 1 and 2.
    pub stdio: [Stdio; 3],
    /// A session and process group of its own, so that the whole group can be signalled.
    pub session: bool,
    /// Killed when the thread that spawned it ends: the direct child by the kernel, its whole tree by the warden.
    pub die_with_parent: bool,
    /// Stands between, so that the whole tree can be reached.
    pub warden: Option<Warden>,
    pub uid: Option<u32>,
    pub gid: Option<u32>,
    pub umask: Option<u32>,
    pub nice: Option<i32>,
    pub limits: Vec<Limit>,
}

impl Command {
    /// A command with an empty environment, null descriptors and nothing else set.
    #[must_use]
    pub fn new(file: impl Into<Vec<u8>>) -> Self {
        let file = file.into();
        let mut argv = CStrings::new();
        argv.push(&[&file]);
        Self {
            argv,
            file,
            env: CStrings::new(),
            cwd: None,
            stdio: [Stdio::Null; 3],
            session: false,
            die_with_parent: false,
            warden: None,
            uid: None,
            gid: None,
            umask: None,
            nice: None,
            limits: Vec::new(),
        }
    }
}

/// Which step of a spawn failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Step {
    /// Nothing failed.
    None = 0,
    /// Preparing in the parent: a NUL byte in a string, no memory for the stack.
    Prepare,
    /// Creating pipes or registering them.
    Pipe,
    /// clone(2) itself, or what stands for it.
    Clone,
    /// setsid, umask, nice or a resource limit.
    Attributes,
    /// Opening the null device or placing descriptors.
    Stdio,
    /// The working directory.
    Chdir,
    /// Groups, gid or uid.
    Identity,
    /// Finding or executing the program.
    Exec,
}

impl Step {
    /// The word that error texts use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Prepare => "prepare",
            Self::Pipe => "pipe",
            Self::Clone => "clone",
            Self::Attributes => "attributes",
            Self::Stdio => "stdio",
            Self::Chdir => "chdir",
            Self::Identity => "identity",
            Self::Exec => "exec",
        }
    }
}

/// Why a child could not be started. No process and no descriptor is left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpawnError {
    pub step: Step,
    /// As in errno.h.
    pub errno: i32,
}

impl SpawnError {
    pub(crate) fn new(step: Step, errno: i32) -> Self {
        Self { step, errno }
    }

    pub(crate) fn of(step: Step, error: &std::io::Error) -> Self {
        Self::new(step, error.raw_os_error().unwrap_or(0))
    }
}

impl fmt::Display for SpawnError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: error {}", self.step.name(), self.errno)
    }
}

impl std::error::Error for SpawnError {}
