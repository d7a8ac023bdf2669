use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Whether this kernel (5.4 or later), and what filters its calls, lets children be watched and waited for by pidfd.
#[must_use]
pub fn has_pidfds() -> bool {
    let pid = std::process::id();
    // SAFETY: numbers only.
    let own = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    let Ok(own) = i32::try_from(own) else {
        return false;
    };
    if own < 0 {
        return false;
    }
    // SAFETY: the kernel just created this descriptor for us.
    let own = unsafe { OwnedFd::from_raw_fd(own) };
    // SAFETY: our own pidfd; nothing is asked for. We are no child of ours, which a kernel that knows pidfds says.
    let waited = unsafe {
        libc::syscall(
            libc::SYS_waitid,
            libc::P_PIDFD,
            own.as_raw_fd(),
            0_usize,
            libc::WEXITED | libc::WNOHANG,
            0_usize,
        )
    };
    waited < 0 && io::Error::last_os_error().raw_os_error() == Some(libc::ECHILD)
}
