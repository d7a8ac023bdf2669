//! Starting the program: what its process is given that the warden must not have, then execvp(3)'s search.

use core::ffi::{CStr, c_char};
use core::sync::atomic::{AtomicI64, Ordering};

use super::settings::Settings;
use super::syscall::{self as sys, Errno, Fd, Pid};
use super::text::{Arguments, PATH_BYTES, Text};
use crate::wire::{ARGUMENTS, Setting, Step, step};

const EXIT_CODE: i32 = 127; // the shells' "could not be executed"
/// Bits of an errno in the number that parent and child share; the step stands above.
const ERRNO_BITS: u32 = 32;

pub(super) struct Program {
    file: Text<PATH_BYTES>,
    path: Text<PATH_BYTES>,
    /// Two slots, then the program's own argv: the first becomes the shell's, the second the script's.
    argv: *mut *const c_char,
    envp: *const *const c_char,
}

/// Slots before the program's argv that a script's interpreter may take: those of the warden's own arguments.
const SPARE: usize = 1;

impl Program {
    pub(super) fn new(arguments: &Arguments) -> Option<Self> {
        let (mut file, mut path) = (Text::new(), Text::new());
        let given = arguments.get(ARGUMENTS - 1)?.to_bytes();
        let searched = arguments.variable(b"PATH=").unwrap_or(b"/bin:/usr/bin");
        // A path that does not fit cannot be executed either; of a PATH too long nothing is found.
        let _ = (file.push(given), path.push(searched));
        Some(Self {
            file,
            path,
            argv: arguments.from(ARGUMENTS - SPARE),
            envp: arguments.environment(),
        })
    }

    /// Starts the program.
    ///
    /// # Errors
    /// Which step failed and why; its process is left to be waited for.
    pub(super) fn start(&self, settings: &Settings) -> Result<Pid, (Step, Errno)> {
        let clone = |errno| (Step::Clone, errno);
        let failure = sys::shared_number().map_err(clone)?;
        let cgroup = settings.cgroup().map(Cgroup::open);
        let into = cgroup.as_ref().and_then(|cgroup| cgroup.directory);
        let forked = match sys::fork(into) {
            // An older kernel, or a filter that does not know the call.
            Err(sys::ENOSYS | sys::EPERM) if into.is_some() => sys::fork(None),
            forked => forked,
        };
        let pid = forked.map_err(clone)?;
        if pid == 0 {
            let (step, errno) = self.run(settings);
            let said = (step as i64) << ERRNO_BITS | i64::from(errno);
            failure.store(said, Ordering::Release);
            sys::exit(EXIT_CODE);
        }
        drop(cgroup);
        said(failure).map_or(Ok(pid), Err)
    }

    /// In the child. Returns why it could not be executed.
    fn run(&self, settings: &Settings) -> (Step, Errno) {
        if let Err(errno) = attributes(settings) {
            return (Step::Attributes, errno);
        }
        if let Err(errno) = identity(settings) {
            return (Step::Identity, errno);
        }
        // After the identity, whose change clears it. Whoever kills the warden does not free its child.
        if let Err(errno) = sys::die_with_warden() {
            return (Step::Attributes, errno);
        }
        sys::set_signal_mask(0);
        (Step::Exec, self.execute())
    }

    /// execvp(3)'s rules: the first path that can be executed; EACCES only if none was found elsewhere.
    fn execute(&self) -> Errno {
        let file = self.file.as_c_str().to_bytes();
        if file.contains(&b'/') || file.is_empty() {
            return self.try_path(self.file.as_c_str());
        }
        let mut refused = None;
        let mut last = sys::ENOENT;
        let searched = self.path.as_c_str().to_bytes();
        for directory in searched.split(|byte| *byte == b':') {
            let mut path = Text::<PATH_BYTES>::new();
            let slash: &[u8] = if directory.is_empty() { b"" } else { b"/" };
            if !(path.push(directory) && path.push(slash) && path.push(file)) {
                continue;
            }
            last = self.try_path(path.as_c_str());
            match last {
                sys::EACCES => refused = Some(last),
                sys::ENOENT | sys::ENOTDIR | sys::ESTALE | sys::ENODEV | sys::ETIMEDOUT => {}
                _ => return last,
            }
        }
        refused.unwrap_or(last)
    }

    fn try_path(&self, path: &CStr) -> Errno {
        // SAFETY: the spare slot stands before the program's argv, by construction.
        let argv = unsafe { self.argv.add(SPARE) };
        // SAFETY: what the kernel gave us: C strings, null at the end.
        let errno = unsafe { sys::execute(path.as_ptr(), argv.cast_const(), self.envp) };
        if errno != sys::ENOEXEC {
            return errno;
        }
        // A script without a `#!` line: /bin/sh PATH ARGS..., in place of the name.
        let shell = c"/bin/sh".as_ptr();
        // SAFETY: the spare slot is ours.
        unsafe { self.argv.write(shell) };
        // SAFETY: the slot of the program's name, which a script's arguments don't have.
        unsafe { argv.write(path.as_ptr()) };
        // SAFETY: as above, from the spare slot on.
        unsafe { sys::execute(shell, self.argv.cast_const(), self.envp) }
    }
}

fn said(failure: &AtomicI64) -> Option<(Step, Errno)> {
    let said = failure.load(Ordering::Acquire);
    Some((step(said >> ERRNO_BITS)?, said as Errno))
}

fn attributes(settings: &Settings) -> Result<(), Errno> {
    // By now it is there where the kernel can; writing is the older way.
    if let Some(directory) = settings.cgroup() {
        join(directory)?;
    }
    if let Some(nice) = settings.get(Setting::Nice) {
        sys::set_nice(nice as i32)?;
    }
    const RLIMIT_CPU: usize = 0;
    const RLIMIT_FSIZE: usize = 1;
    const RLIMIT_NOFILE: usize = 7;
    const RLIMIT_AS: usize = 9;
    for (setting, resource) in [
        (Setting::AddressSpaceBytes, RLIMIT_AS),
        (Setting::CpuSeconds, RLIMIT_CPU),
        (Setting::FileSizeBytes, RLIMIT_FSIZE),
        (Setting::OpenFiles, RLIMIT_NOFILE),
    ] {
        if let Some(value) = settings.get(setting) {
            sys::set_limit(resource, value.cast_unsigned())?;
        }
    }
    Ok(())
}

fn identity(settings: &Settings) -> Result<(), Errno> {
    let (uid, gid) = (settings.get(Setting::Uid), settings.get(Setting::Gid));
    if uid.is_some() || gid.is_some() {
        sys::drop_groups();
    }
    if let Some(gid) = gid {
        sys::set_gid(gid as u32)?;
    }
    if let Some(uid) = uid {
        sys::set_uid(uid as u32)?;
    }
    Ok(())
}

/// The directory of a cgroup, open for the fork.
struct Cgroup {
    directory: Option<Fd>,
}

impl Cgroup {
    fn open(directory: &CStr) -> Self {
        let opened = sys::open(directory, sys::O_RDONLY | sys::O_DIRECTORY);
        Self {
            directory: opened.ok(),
        }
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        if let Some(directory) = self.directory {
            sys::close(directory);
        }
    }
}

/// Moves this process into a cgroup, unless it was born there.
fn join(directory: &CStr) -> Result<(), Errno> {
    let mut file = Text::<PATH_BYTES>::new();
    if !(file.push(directory.to_bytes()) && file.push(b"/cgroup.procs")) {
        return Err(sys::ENOENT);
    }
    let procs = sys::open(file.as_c_str(), sys::O_RDWR)?;
    let mut first = [0; 1];
    // Only the tree is in there: it is empty unless this process is in it.
    if sys::read(procs, &mut first) == Ok(0) {
        sys::write(procs, b"0")?;
    }
    sys::close(procs);
    Ok(())
}
