use std::ffi::{CString, c_void};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::Mutex;

use libc::c_int;

use super::child;
use super::handle::ProcessHandle;
use super::plan::{Descriptor, Plan};
use super::stack::Stack;
use super::warden::Guard;
use super::{Child, syscall};
use crate::process::{Command, Reader, SpawnError, Starter, Stdio, Step, Writer};

/// The kernel never reports SIGCHLD for a child that dies before it executes: exec itself sets the signal.
const FLAGS: c_int = libc::CLONE_VM | libc::CLONE_VFORK | libc::CLONE_PIDFD;

/// One at a time changes an identity: see [`Spawner::clone_as_another_user`].
static IDENTITY: Mutex<()> = Mutex::new(());

/// Starts children, one after another, from the thread that owns it.
///
/// A child started with `die_with_parent` dies with that thread.
pub struct Spawner {
    stack: Stack,
}

/// The two sides of the child's descriptors.
#[derive(Default)]
struct Ends {
    child: [Option<OwnedFd>; 3],
    parent: [Option<OwnedFd>; 3],
}

impl Starter for Spawner {
    type Child = Child;

    /// Maps the stack that the children borrow.
    fn new() -> io::Result<Self> {
        Ok(Self {
            stack: Stack::new()?,
        })
    }

    /// Blocks for the time that the child takes to execute, some tens of microseconds.
    fn spawn(&mut self, command: &Command) -> Result<Child, SpawnError> {
        let Some(warden) = &command.warden else {
            return self.spawn_one(command, None);
        };
        let guard = Guard::new(command, warden)?;
        let mut child = self.spawn_one(&guard.command, Some(&guard.wardens_end))?;
        child.control = Some(guard.control);
        Ok(child)
    }
}

impl Spawner {
    fn spawn_one(
        &mut self,
        command: &Command,
        control: Option<&OwnedFd>,
    ) -> Result<Child, SpawnError> {
        let (descriptors, ends) = open_pipes(&command.stdio)?;
        let control = control.map(|end| Descriptor::Given(end.as_raw_fd()));
        let descriptors: Vec<Descriptor> = descriptors.into_iter().chain(control).collect();
        // The parent's ends first: once the child runs nothing may fail any more.
        let [stdin, stdout, stderr] = ends.parent;
        let parent_end = |error: io::Error| SpawnError::of(Step::Pipe, &error);
        let stdin = stdin.map(Writer::new).transpose().map_err(parent_end)?;
        let stdout = stdout.map(Reader::new).transpose().map_err(parent_end)?;
        let stderr = stderr.map(Reader::new).transpose().map_err(parent_end)?;
        let process = self.start(command, &descriptors, true)?;
        Ok(Child {
            process,
            stdin,
            stdout,
            stderr,
            control: None,
        })
    }

    /// Starts a child with these descriptors, from 0 on, instead of the command's `stdio`. As with Node's own spawn, it
    /// also gets those of the parent that are not marked to be closed on exec.
    ///
    /// # Errors
    /// As [`Self::spawn`]; the descriptors stay with the caller.
    pub fn spawn_with(
        &mut self,
        command: &Command,
        descriptors: &[Descriptor],
    ) -> Result<ProcessHandle, SpawnError> {
        self.start(command, descriptors, false)
    }

    fn start(
        &mut self,
        command: &Command,
        descriptors: &[Descriptor],
        close_others: bool,
    ) -> Result<ProcessHandle, SpawnError> {
        let cwd = command.cwd.clone().map(CString::new).transpose();
        let cwd = cwd.map_err(|_| SpawnError::new(Step::Prepare, libc::EINVAL))?;
        let cwd = cwd.as_ref().map(|cwd| cwd.as_bytes_with_nul());
        let mut plan = Plan::new(command, cwd, descriptors);
        plan.close_others = close_others;
        let cloned = if command.uid.is_some() || command.gid.is_some() {
            self.clone_as_another_user(&mut plan)
        } else {
            self.clone(&mut plan)
        };
        let (pid, pidfd) = cloned.map_err(|errno| SpawnError::new(Step::Clone, errno))?;
        // Read after the child executed: whatever ru_maxrss it inherited is not above this.
        let process = ProcessHandle::new(pid, pidfd, command.session, syscall::own_max_rss());
        match plan.failure() {
            None => Ok(process),
            Some(failure) => {
                process.reap_now();
                Err(failure)
            }
        }
    }

    /// A change of identity makes the kernel mark the memory as not dumpable, and the child's memory is ours.
    ///
    /// While the mark stands, nobody of the child's new user can trace it and so reach our memory; afterwards the
    /// mark is what it was before.
    fn clone_as_another_user(&mut self, plan: &mut Plan<'_>) -> Result<(u32, OwnedFd), c_int> {
        let _one_at_a_time = IDENTITY
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let before = syscall::dumpable();
        let cloned = self.clone(plan);
        if before == 1 && syscall::dumpable() != 1 {
            syscall::set_dumpable(1);
        }
        cloned
    }

    fn clone(&mut self, plan: &mut Plan<'_>) -> Result<(u32, OwnedFd), c_int> {
        let mut pidfd: c_int = -1;
        // Blocked from before the clone: the child must not run a handler of ours on its small stack.
        let mask = syscall::set_signal_mask(u64::MAX);
        // SAFETY: `child::main` gets the plan it expects and runs on our idle stack; CLONE_VFORK suspends this thread
        // until the child executed or ended, so plan, stack and pidfd outlive the child's use of this memory.
        let pid = unsafe {
            libc::clone(
                child::main,
                self.stack.top().cast(),
                FLAGS,
                (&raw mut *plan).cast::<c_void>(),
                &raw mut pidfd,
            )
        };
        let errno = syscall::errno();
        syscall::set_signal_mask(mask);
        let Ok(pid) = u32::try_from(pid) else {
            return Err(errno);
        };
        if pidfd < 0 {
            return Err(libc::ENOSYS); // a kernel before 5.2, which ignores the flag
        }
        // SAFETY: the kernel just created this descriptor for us, close-on-exec.
        Ok((pid, unsafe { OwnedFd::from_raw_fd(pidfd) }))
    }
}

fn open_pipes(stdio: &[Stdio; 3]) -> Result<([Descriptor; 3], Ends), SpawnError> {
    let mut ends = Ends::default();
    let mut sources = [Descriptor::Null; 3];
    for (at, kind) in stdio.iter().enumerate() {
        sources[at] = match *kind {
            Stdio::Null => Descriptor::Null,
            Stdio::Inherit => Descriptor::Shared(at as c_int),
            Stdio::Descriptor(descriptor) => Descriptor::Given(descriptor),
            Stdio::SameAs(other) => sources[..at]
                .get(other)
                .copied()
                .unwrap_or(Descriptor::Null),
            Stdio::Pipe => {
                let pipe = io::pipe().map_err(|error| SpawnError::of(Step::Pipe, &error))?;
                let (read, write) = (OwnedFd::from(pipe.0), OwnedFd::from(pipe.1));
                let (childs, parents) = if at == 0 {
                    (read, write)
                } else {
                    (write, read)
                };
                let descriptor = Descriptor::Given(childs.as_raw_fd());
                (ends.child[at], ends.parent[at]) = (Some(childs), Some(parents));
                descriptor
            }
        };
    }
    Ok((sources, ends))
}
