//! One system call per function, for the child between clone and exec: no allocation, no lock, no unwinding, no libc wrapper
//! that does more than the call (glibc's setuid, for one, signals every thread of the process whose memory we borrow).

use std::ffi::c_char;

use libc::{c_int, c_long, c_ulong};

/// An errno.
pub(super) type Errno = c_int;

#[cfg(any(target_arch = "arm", target_arch = "x86"))]
mod numbers {
    pub(super) use libc::{
        SYS_setgid32 as SETGID, SYS_setgroups32 as SETGROUPS, SYS_setuid32 as SETUID,
    };
}
#[cfg(not(any(target_arch = "arm", target_arch = "x86")))]
mod numbers {
    pub(super) use libc::{SYS_setgid as SETGID, SYS_setgroups as SETGROUPS, SYS_setuid as SETUID};
}

/// The kernel's own signal sets have 64 bits.
type KernelSet = u64;
const SIGNALS: c_int = 64;

pub(super) fn errno() -> Errno {
    // SAFETY: libc gives every thread a valid errno. The child borrows that of the suspended parent thread.
    let place = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    unsafe { *place }
}

fn result(returned: c_long) -> Result<c_int, Errno> {
    if returned < 0 {
        Err(errno())
    } else {
        Ok(returned as c_int)
    }
}

pub(super) fn set_signal_mask(mask: KernelSet) -> KernelSet {
    let mut old: KernelSet = 0;
    let (new, old_place) = (&raw const mask, &raw mut old);
    // SAFETY: both sets are valid for the size that is passed with them.
    unsafe {
        libc::syscall(
            libc::SYS_rt_sigprocmask,
            libc::SIG_SETMASK,
            new,
            old_place,
            size_of::<KernelSet>(),
        )
    };
    old
}

/// Gives every signal its default action. The raw call, because glibc refuses its two internal signals.
pub(super) fn reset_dispositions() {
    // A kernel_sigaction of zeroes is SIG_DFL without flags on every architecture; none is larger than this.
    let default_action = [0_u64; 8];
    for signal in 1..=SIGNALS {
        if signal == libc::SIGKILL || signal == libc::SIGSTOP {
            continue;
        }
        // SAFETY: `default_action` is readable for any kernel_sigaction; the old action is not asked for.
        unsafe {
            libc::syscall(
                libc::SYS_rt_sigaction,
                signal,
                default_action.as_ptr(),
                0_usize,
                size_of::<KernelSet>(),
            )
        };
    }
}

/// # Safety
/// `path` is a C string.
pub(super) unsafe fn open(path: *const c_char, flags: c_int) -> Result<c_int, Errno> {
    // SAFETY: the caller's promise.
    result(unsafe { libc::open(path, flags | libc::O_CLOEXEC) }.into())
}

/// # Safety
/// `path` is a C string.
pub(super) unsafe fn chdir(path: *const c_char) -> Result<c_int, Errno> {
    // SAFETY: the caller's promise.
    result(unsafe { libc::chdir(path) }.into())
}

/// Returns only on failure.
///
/// # Safety
/// `path` is a C string; `argv` and `envp` are arrays of C strings that end with null.
pub(super) unsafe fn execve(
    path: *const c_char,
    argv: *const *const c_char,
    envp: *const *const c_char,
) -> Errno {
    // SAFETY: the caller's promise.
    unsafe { libc::execve(path, argv, envp) };
    errno()
}

pub(super) fn dup2(from: c_int, to: c_int) -> Result<c_int, Errno> {
    // SAFETY: numbers only.
    result(unsafe { libc::dup2(from, to) }.into())
}

/// A copy at `lowest` or above, close-on-exec.
pub(super) fn dup_above(from: c_int, lowest: c_int) -> Result<c_int, Errno> {
    // SAFETY: numbers only.
    result(unsafe { libc::fcntl(from, libc::F_DUPFD_CLOEXEC, lowest) }.into())
}

pub(super) fn keep_on_exec(descriptor: c_int) -> Result<c_int, Errno> {
    // SAFETY: numbers only.
    result(unsafe { libc::fcntl(descriptor, libc::F_SETFD, 0) }.into())
}

/// Programs expect their standard descriptors to block, whatever the host did to its own.
pub(super) fn make_blocking(descriptor: c_int) {
    // SAFETY: numbers only.
    let flags = unsafe { libc::fcntl(descriptor, libc::F_GETFL) };
    if flags >= 0 && flags & libc::O_NONBLOCK != 0 {
        // SAFETY: numbers only.
        unsafe { libc::fcntl(descriptor, libc::F_SETFL, flags & !libc::O_NONBLOCK) };
    }
}

/// Marks every descriptor from `first` on close-on-exec. Kernels before 5.11 cannot; Node opens its own so anyway.
pub(super) fn close_on_exec_from(first: c_int) {
    const CLOSE_RANGE_CLOEXEC: c_ulong = 4;
    let (first, last) = (first as c_ulong, c_ulong::from(u32::MAX));
    // SAFETY: numbers only; the child has a descriptor table of its own (no CLONE_FILES).
    unsafe { libc::syscall(libc::SYS_close_range, first, last, CLOSE_RANGE_CLOEXEC) };
}

pub(super) fn setsid() -> Result<c_int, Errno> {
    // SAFETY: no arguments.
    result(unsafe { libc::setsid() }.into())
}

pub(super) fn umask(mask: u32) {
    // SAFETY: numbers only; the child has a umask of its own (no CLONE_FS).
    unsafe { libc::umask(mask as libc::mode_t) };
}

pub(super) fn set_priority(nice: c_int) -> Result<c_int, Errno> {
    // SAFETY: numbers only; 0 is the calling process.
    result(unsafe { libc::syscall(libc::SYS_setpriority, libc::PRIO_PROCESS, 0, nice) })
}

pub(super) fn set_limit(resource: c_int, value: u64) -> Result<c_int, Errno> {
    let limit = libc::rlimit64 {
        rlim_cur: value,
        rlim_max: value,
    };
    // SAFETY: `limit` is valid for the call; process 0 is the caller; the old limit is not asked for.
    result(unsafe { libc::syscall(libc::SYS_prlimit64, 0, resource, &raw const limit, 0_usize) })
}

/// Drops the supplementary groups, as libuv does before it changes the identity; only root may, others keep theirs.
pub(super) fn drop_groups() {
    // SAFETY: a count of 0 reads no list.
    unsafe { libc::syscall(numbers::SETGROUPS, 0_usize, 0_usize) };
}

pub(super) fn set_gid(gid: u32) -> Result<c_int, Errno> {
    // SAFETY: numbers only. The raw call changes this process alone.
    result(unsafe { libc::syscall(numbers::SETGID, gid) })
}

pub(super) fn set_uid(uid: u32) -> Result<c_int, Errno> {
    // SAFETY: numbers only. The raw call changes this process alone.
    result(unsafe { libc::syscall(numbers::SETUID, uid) })
}

/// The kernel sends `signal` when the thread that cloned us ends.
pub(super) fn set_parent_death_signal(signal: c_int) -> Result<c_int, Errno> {
    // SAFETY: numbers only.
    result(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, signal as c_ulong, 0, 0, 0) }.into())
}

pub(super) fn parent_pid() -> c_int {
    // SAFETY: no arguments.
    unsafe { libc::getppid() }
}

pub(super) fn exit(code: c_int) -> ! {
    // SAFETY: ends the process without running what the parent registered for its own exit.
    unsafe { libc::_exit(code) }
}

/// Whether the process may be dumped and traced by its user.
pub(super) fn dumpable() -> c_int {
    // SAFETY: no further arguments.
    unsafe { libc::prctl(libc::PR_GET_DUMPABLE, 0, 0, 0, 0) }
}

pub(super) fn set_dumpable(value: c_int) {
    // SAFETY: numbers only.
    unsafe { libc::prctl(libc::PR_SET_DUMPABLE, value as c_ulong, 0, 0, 0) };
}

/// The largest resident set that this process ever had, in bytes.
pub(in crate::process) fn own_max_rss() -> u64 {
    // SAFETY: an rusage is plain data; all zeroes is a valid value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: `usage` is valid for the call.
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) };
    kilobytes(usage.ru_maxrss)
}

/// ru_maxrss is counted in kilobytes here.
pub(super) fn kilobytes(count: c_long) -> u64 {
    u64::try_from(count).unwrap_or(0) * 1024
}
