use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

use windows_sys::Win32::Foundation::{FILETIME, HANDLE, WAIT_OBJECT_0};
use windows_sys::Win32::System::ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
use windows_sys::Win32::System::Threading::{
    GetExitCodeProcess, GetProcessTimes, INFINITE, OpenProcess, PROCESS_SYNCHRONIZE,
    PROCESS_TERMINATE, TerminateProcess, WaitForSingleObject,
};

use super::job::Job;
use crate::process::Exit;
use crate::process::platform::Handle;

/// The exit code of what a signal of ours ended, as libuv gives it.
const KILLED: u32 = 1;
/// The signals that end a process here.
const ENDING: [i32; 4] = [2, 3, 9, 15];

#[derive(Debug)]
struct State {
    process: OwnedHandle,
    job: Option<Job>,
    killed_by: AtomicI32,
}

/// One child. Clones mean the same child; its number stays its own as long as one is there.
#[derive(Clone, Debug)]
pub struct ProcessHandle {
    pid: u32,
    state: Arc<State>,
}

impl ProcessHandle {
    pub(super) fn new(pid: u32, process: OwnedHandle, job: Option<Job>) -> Self {
        let killed_by = AtomicI32::new(0);
        let state = Arc::new(State {
            process,
            job,
            killed_by,
        });
        Self { pid, state }
    }

    fn handle(&self) -> HANDLE {
        self.state.process.as_raw_handle().cast()
    }

    fn waits(&self, milliseconds: u32) -> bool {
        // SAFETY: a handle that we own.
        unsafe { WaitForSingleObject(self.handle(), milliseconds) == WAIT_OBJECT_0 }
    }

    /// Calls back from a thread of its own once the process has ended.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn on_exit(&self, tell: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let process = self.clone();
        let wait = move || {
            process.waits(INFINITE);
            tell();
        };
        thread::Builder::new()
            .name("ironloop-wait".into())
            .spawn(wait)?;
        Ok(())
    }

    fn send(&self, signal: i32, end: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        if self.waits(0) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if signal == 0 {
            return Ok(());
        }
        if !ENDING.contains(&signal) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        self.state.killed_by.store(signal, Ordering::SeqCst);
        end()
    }

    fn end(&self) -> io::Result<()> {
        // SAFETY: a handle that we own.
        if unsafe { TerminateProcess(self.handle(), KILLED) } == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    fn times(&self) -> (Duration, Duration) {
        let [mut created, mut ended, mut system, mut user] = [FILETIME::default(); 4];
        // SAFETY: a handle that we own; four structures of ours.
        let known = unsafe {
            GetProcessTimes(
                self.handle(),
                &raw mut created,
                &raw mut ended,
                &raw mut system,
                &raw mut user,
            )
        };
        if known == 0 {
            return Default::default();
        }
        (duration(user), duration(system))
    }

    fn peak_bytes(&self) -> Option<u64> {
        let mut counters = PROCESS_MEMORY_COUNTERS::default();
        let size = u32::try_from(size_of_val(&counters)).ok()?;
        // SAFETY: a handle that we own; the structure is valid for the size that is passed with it.
        let known = unsafe { K32GetProcessMemoryInfo(self.handle(), &raw mut counters, size) };
        (known != 0).then_some(counters.PeakWorkingSetSize as u64)
    }
}

impl Handle for ProcessHandle {
    fn pid(&self) -> u32 {
        self.pid
    }

    fn signal(&self, signal: i32) -> io::Result<()> {
        self.send(signal, || self.end())
    }

    fn signal_group(&self, signal: i32) -> io::Result<()> {
        self.send(signal, || match &self.state.job {
            Some(job) => job.terminate(KILLED),
            None => self.end(),
        })
    }

    fn try_reap(&self) -> io::Result<Option<Exit>> {
        if !self.waits(0) {
            return Ok(None);
        }
        let mut code = 0;
        // SAFETY: a handle that we own; `code` is valid for the call.
        if unsafe { GetExitCodeProcess(self.handle(), &raw mut code) } == 0 {
            return Err(io::Error::last_os_error());
        }
        let killed_by = self.state.killed_by.load(Ordering::SeqCst);
        let signal = (killed_by != 0 && code == KILLED).then_some(killed_by);
        let (user, system) = self.times();
        Ok(Some(Exit {
            code: signal.is_none().then_some(code.cast_signed()),
            signal,
            user,
            system,
            max_rss_bytes: self.peak_bytes(),
        }))
    }
}

/// Counted in 100 ns.
fn duration(time: FILETIME) -> Duration {
    let ticks = u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime);
    Duration::from_nanos(ticks.saturating_mul(100))
}

/// A process that need not be a child, alone: what it started is only known where a job holds it.
#[derive(Debug)]
pub struct ProcessTree {
    process: OwnedHandle,
}

impl ProcessTree {
    /// None where there is no such process that we may end.
    #[must_use]
    pub fn of(root: u32) -> Option<Self> {
        // SAFETY: numbers only.
        let process = unsafe { OpenProcess(PROCESS_TERMINATE | PROCESS_SYNCHRONIZE, 0, root) };
        if process.is_null() {
            return None;
        }
        // SAFETY: the system just created this handle for us.
        let process = unsafe { OwnedHandle::from_raw_handle(process.cast()) };
        Some(Self { process })
    }

    /// There is no list to look at.
    pub fn grow(&mut self) {}

    /// Ends it; how many got it.
    pub fn signal(&self, signal: i32) -> usize {
        if !ENDING.contains(&signal) {
            return 0;
        }
        // SAFETY: a handle that we own.
        let ended = unsafe { TerminateProcess(self.process.as_raw_handle().cast(), KILLED) };
        usize::from(ended != 0)
    }

    /// True once it has ended.
    pub fn is_gone(&mut self) -> bool {
        // SAFETY: a handle that we own.
        unsafe { WaitForSingleObject(self.process.as_raw_handle().cast(), 0) == WAIT_OBJECT_0 }
    }

    /// Not known here.
    #[must_use]
    pub fn resident_bytes(_root: u32, _below_only: bool) -> u64 {
        0
    }
}
