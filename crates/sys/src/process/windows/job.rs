use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation,
    SetInformationJobObject, TerminateJobObject,
};

/// Holds a process and all that it starts.
#[derive(Debug)]
pub(super) struct Job(OwnedHandle);

impl Job {
    /// With `dies_with_parent` the system ends all of it when our handle closes, and so when this process does.
    pub(super) fn new(dies_with_parent: bool) -> io::Result<Self> {
        // SAFETY: no attributes and no name.
        let job = unsafe { CreateJobObjectW(ptr::null(), ptr::null()) };
        if job.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the system just created this handle for us.
        let job = Self(unsafe { OwnedHandle::from_raw_handle(job.cast()) });
        if dies_with_parent {
            job.kill_on_close()?;
        }
        Ok(job)
    }

    fn handle(&self) -> HANDLE {
        self.0.as_raw_handle().cast()
    }

    fn kill_on_close(&self) -> io::Result<()> {
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        let size = u32::try_from(size_of_val(&limits)).unwrap_or(0);
        // SAFETY: our own job; the structure is valid for the size that is passed with it.
        let set = unsafe {
            SetInformationJobObject(
                self.handle(),
                JobObjectExtendedLimitInformation,
                (&raw const limits).cast(),
                size,
            )
        };
        if set == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    pub(super) fn assign(&self, process: &OwnedHandle) -> io::Result<()> {
        // SAFETY: handles that we own.
        let assigned =
            unsafe { AssignProcessToJobObject(self.handle(), process.as_raw_handle().cast()) };
        if assigned == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    pub(super) fn terminate(&self, code: u32) -> io::Result<()> {
        // SAFETY: our own job.
        if unsafe { TerminateJobObject(self.handle(), code) } == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }
}
