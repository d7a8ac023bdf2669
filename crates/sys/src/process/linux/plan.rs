use std::ffi::c_char;
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicU8, Ordering};

use ironloop_warden::wire::PARENT_DIED;
use libc::c_int;

use super::syscall::Errno;
use crate::process::search::candidates;
use crate::process::{CStrings, Command, Limit, LimitKind, SpawnError, Step};

/// What a descriptor of the child is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Descriptor {
    /// Nothing is placed there.
    None,
    /// The null device.
    Null,
    /// This descriptor of the parent, which it goes on using. As a standard descriptor it is made blocking, since that is
    /// what programs expect, whatever the host did to its own.
    Shared(c_int),
    /// This descriptor of the parent, which it closes once the child runs.
    Given(c_int),
}

/// The null-terminated array of pointers that exec takes; valid as long as its strings are.
struct Pointers(Vec<*const c_char>);

impl Pointers {
    fn to(strings: &CStrings) -> Self {
        let pointers = strings.with_nul().map(|string| string.as_ptr().cast());
        Self(pointers.chain([ptr::null()]).collect())
    }
}

/// All that the child needs, made before it exists, so that it has nothing to allocate.
///
/// Invariant: the pointers point into strings that the plan owns or borrows, so they are valid while it lives.
pub(super) struct Plan<'a> {
    pub(super) command: &'a Command,
    /// The child's, from 0 on.
    pub(super) descriptors: &'a [Descriptor],
    /// Room for the child to note where each of them is before it is placed.
    pub(super) opened: Vec<c_int>,
    /// Whether what is not placed is closed, also where the parent did not mark it so.
    pub(super) close_others: bool,
    pub(super) cwd: Option<&'a [u8]>,
    pub(super) limits: &'a [Limit],
    paths: Pointers,
    argv: Pointers,
    envp: Pointers,
    /// `/bin/sh PATH ARGS...`, for a script without a `#!` line; the child fills in PATH.
    pub(super) script: Vec<*const c_char>,
    _owned: [CStrings; 2],
    step: AtomicU8,
    errno: AtomicI32,
    /// The parent's pid as the child must see it, or else the parent is dead already.
    pub(super) parent: u32,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        command: &'a Command,
        cwd: Option<&'a [u8]>,
        descriptors: &'a [Descriptor],
    ) -> Self {
        let paths = candidates(&command.file, &command.env);
        let shell: CStrings = ["/bin/sh"].into_iter().collect();
        let argv = Pointers::to(&command.argv);
        let mut script = Pointers::to(&shell).0;
        // The slot for the path stands where the shell's terminating null was; argv's own null ends the whole.
        script.extend(argv.0.iter().skip(1));
        if argv.0.len() == 1 {
            script.push(ptr::null());
        }
        Self {
            command,
            descriptors,
            opened: vec![-1; descriptors.len()],
            close_others: true,
            cwd,
            limits: &command.limits,
            paths: Pointers::to(&paths),
            argv,
            envp: Pointers::to(&command.env),
            script,
            _owned: [paths, shell],
            step: AtomicU8::new(0),
            errno: AtomicI32::new(0),
            parent: std::process::id(),
        }
    }

    /// What the kernel sends the child when the thread that cloned it ends.
    pub(super) fn death_signal(&self) -> Option<c_int> {
        let signal = if self.command.is_warden {
            PARENT_DIED // it has work to do before it goes
        } else {
            libc::SIGKILL
        };
        self.command.die_with_parent.then_some(signal)
    }

    /// The paths to try, without the terminating null.
    pub(super) fn paths(&self) -> &[*const c_char] {
        self.paths.0.split_last().map_or(&[], |(_, paths)| paths)
    }

    pub(super) fn argv(&self) -> *const *const c_char {
        self.argv.0.as_ptr()
    }

    pub(super) fn envp(&self) -> *const *const c_char {
        self.envp.0.as_ptr()
    }

    /// Said by the child, in memory that it shares with the parent.
    pub(super) fn fail(&self, step: Step, errno: Errno) {
        self.errno.store(errno, Ordering::Relaxed);
        self.step.store(step as u8, Ordering::Release);
    }

    /// Asked by the parent once the child has let go of its memory.
    pub(super) fn failure(&self) -> Option<SpawnError> {
        let step = self.step.load(Ordering::Acquire);
        let steps = [
            Step::Prepare,
            Step::Pipe,
            Step::Clone,
            Step::Attributes,
            Step::Stdio,
            Step::Chdir,
            Step::Identity,
            Step::Exec,
        ];
        let step = steps.into_iter().find(|one| *one as u8 == step)?;
        Some(SpawnError::new(step, self.errno.load(Ordering::Relaxed)))
    }
}

/// The number that setrlimit knows a limit by.
pub(super) fn resource(kind: LimitKind) -> c_int {
    // glibc and musl disagree on the type of these constants.
    let number = match kind {
        LimitKind::AddressSpaceBytes => libc::RLIMIT_AS,
        LimitKind::CpuSeconds => libc::RLIMIT_CPU,
        LimitKind::FileSizeBytes => libc::RLIMIT_FSIZE,
        LimitKind::OpenFiles => libc::RLIMIT_NOFILE,
    };
    number as c_int
}
