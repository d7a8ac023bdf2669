//! The kernel's calls that the warden needs, without a C library: the instruction itself, then one function per call.

use core::ffi::c_char;
use core::ptr;

/// An errno.
pub(super) type Errno = i32;
pub(super) type Fd = i32;
pub(super) type Pid = i32;

pub(super) const EPERM: Errno = 1;
pub(super) const ENOENT: Errno = 2;
pub(super) const ENOEXEC: Errno = 8;
pub(super) const EAGAIN: Errno = 11;
pub(super) const EACCES: Errno = 13;
pub(super) const ENODEV: Errno = 19;
pub(super) const ENOTDIR: Errno = 20;
pub(super) const ENOSYS: Errno = 38;
pub(super) const ETIMEDOUT: Errno = 110;
pub(super) const ESTALE: Errno = 116;

pub(super) const SIGKILL: i32 = 9;
pub(super) const SIGCHLD: i32 = 17;

pub(super) const O_RDONLY: i32 = 0;
pub(super) const O_WRONLY: i32 = 1;
pub(super) const O_RDWR: i32 = 2;
pub(super) const O_CLOEXEC: i32 = 0o2_000_000;
#[cfg(target_arch = "x86_64")]
pub(super) const O_DIRECTORY: i32 = 0o200_000;
#[cfg(target_arch = "aarch64")]
pub(super) const O_DIRECTORY: i32 = 0o40_000;

pub(super) const POLLIN: i16 = 1;

const AT_FDCWD: usize = -100_isize as usize;
const AT_REMOVEDIR: usize = 0x200;

#[cfg(target_arch = "x86_64")]
pub(super) mod number {
    pub(in super::super) const READ: usize = 0;
    pub(in super::super) const WRITE: usize = 1;
    pub(in super::super) const CLOSE: usize = 3;
    pub(in super::super) const MMAP: usize = 9;
    pub(in super::super) const RT_SIGPROCMASK: usize = 14;
    pub(in super::super) const GETPID: usize = 39;
    pub(in super::super) const SENDTO: usize = 44;
    pub(in super::super) const CLONE: usize = 56;
    pub(in super::super) const EXECVE: usize = 59;
    pub(in super::super) const WAIT4: usize = 61;
    pub(in super::super) const KILL: usize = 62;
    pub(in super::super) const FCNTL: usize = 72;
    pub(in super::super) const SETUID: usize = 105;
    pub(in super::super) const SETGID: usize = 106;
    pub(in super::super) const SETGROUPS: usize = 116;
    pub(in super::super) const SETPRIORITY: usize = 141;
    pub(in super::super) const PRCTL: usize = 157;
    pub(in super::super) const GETDENTS64: usize = 217;
    pub(in super::super) const EXIT_GROUP: usize = 231;
    pub(in super::super) const OPENAT: usize = 257;
    pub(in super::super) const UNLINKAT: usize = 263;
    pub(in super::super) const PPOLL: usize = 271;
    pub(in super::super) const SIGNALFD4: usize = 289;
    pub(in super::super) const DUP3: usize = 292;
    pub(in super::super) const PRLIMIT64: usize = 302;
}

#[cfg(target_arch = "aarch64")]
pub(super) mod number {
    pub(in super::super) const READ: usize = 63;
    pub(in super::super) const WRITE: usize = 64;
    pub(in super::super) const CLOSE: usize = 57;
    pub(in super::super) const MMAP: usize = 222;
    pub(in super::super) const RT_SIGPROCMASK: usize = 135;
    pub(in super::super) const GETPID: usize = 172;
    pub(in super::super) const SENDTO: usize = 206;
    pub(in super::super) const CLONE: usize = 220;
    pub(in super::super) const EXECVE: usize = 221;
    pub(in super::super) const WAIT4: usize = 260;
    pub(in super::super) const KILL: usize = 129;
    pub(in super::super) const FCNTL: usize = 25;
    pub(in super::super) const SETUID: usize = 146;
    pub(in super::super) const SETGID: usize = 144;
    pub(in super::super) const SETGROUPS: usize = 159;
    pub(in super::super) const SETPRIORITY: usize = 140;
    pub(in super::super) const PRCTL: usize = 167;
    pub(in super::super) const GETDENTS64: usize = 61;
    pub(in super::super) const EXIT_GROUP: usize = 94;
    pub(in super::super) const OPENAT: usize = 56;
    pub(in super::super) const UNLINKAT: usize = 35;
    pub(in super::super) const PPOLL: usize = 73;
    pub(in super::super) const SIGNALFD4: usize = 74;
    pub(in super::super) const DUP3: usize = 24;
    pub(in super::super) const PRLIMIT64: usize = 261;
}

// The same on every architecture.
pub(super) const PIDFD_SEND_SIGNAL: usize = 424;
pub(super) const PIDFD_OPEN: usize = 434;
pub(super) const CLONE3: usize = 435;

/// # Safety
/// Whatever the call of that number demands of its arguments.
#[cfg(target_arch = "x86_64")]
unsafe fn call(number: usize, arguments: [usize; 6]) -> isize {
    let [a, b, c, d, e, f] = arguments;
    let result: isize;
    // SAFETY: the kernel changes rax, rcx, r11 and what the call says, which is the caller's promise.
    unsafe {
        core::arch::asm!(
            "syscall",
            inlateout("rax") number => result,
            in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d, in("r8") e, in("r9") f,
            lateout("rcx") _, lateout("r11") _,
            options(nostack),
        );
    }
    result
}

/// # Safety
/// Whatever the call of that number demands of its arguments.
#[cfg(target_arch = "aarch64")]
unsafe fn call(number: usize, arguments: [usize; 6]) -> isize {
    let [a, b, c, d, e, f] = arguments;
    let result: isize;
    // SAFETY: the kernel changes x0 and what the call says, which is the caller's promise.
    unsafe {
        core::arch::asm!(
            "svc #0",
            in("x8") number,
            inlateout("x0") a => result,
            in("x1") b, in("x2") c, in("x3") d, in("x4") e, in("x5") f,
            options(nostack),
        );
    }
    result
}

/// # Safety
/// As [`call`].
unsafe fn checked(number: usize, arguments: [usize; 6]) -> Result<usize, Errno> {
    // SAFETY: the caller's promise.
    let result = unsafe { call(number, arguments) };
    usize::try_from(result).map_err(|_| -result as Errno)
}

/// Sign-extended, as the kernel expects a number that may be negative.
fn signed(number: i32) -> usize {
    number as isize as usize
}

pub fn exit(code: i32) -> ! {
    loop {
        // SAFETY: numbers only; it does not return.
        unsafe { call(number::EXIT_GROUP, [signed(code), 0, 0, 0, 0, 0]) };
    }
}

/// # Safety
/// `path` ends with NUL.
unsafe fn open_at(path: *const u8, flags: i32) -> Result<Fd, Errno> {
    let arguments = [AT_FDCWD, path as usize, signed(flags | O_CLOEXEC), 0, 0, 0];
    // SAFETY: the caller's promise.
    unsafe { checked(number::OPENAT, arguments) }.map(|fd| fd as Fd)
}

/// Close-on-exec, as all that the warden opens.
pub(super) fn open(path: &core::ffi::CStr, flags: i32) -> Result<Fd, Errno> {
    // SAFETY: a C string.
    unsafe { open_at(path.as_ptr().cast(), flags) }
}

pub(super) fn remove_directory(path: &core::ffi::CStr) -> Result<(), Errno> {
    let arguments = [AT_FDCWD, path.as_ptr() as usize, AT_REMOVEDIR, 0, 0, 0];
    // SAFETY: a C string.
    unsafe { checked(number::UNLINKAT, arguments) }.map(drop)
}

pub(super) fn close(fd: Fd) {
    // SAFETY: numbers only; whoever owns the descriptor gives it up here.
    let _ = unsafe { checked(number::CLOSE, [signed(fd), 0, 0, 0, 0, 0]) };
}

pub(super) fn read(fd: Fd, into: &mut [u8]) -> Result<usize, Errno> {
    let arguments = [signed(fd), into.as_mut_ptr() as usize, into.len(), 0, 0, 0];
    // SAFETY: `into` is writable for its length.
    unsafe { checked(number::READ, arguments) }
}

pub(super) fn write(fd: Fd, bytes: &[u8]) -> Result<usize, Errno> {
    let arguments = [signed(fd), bytes.as_ptr() as usize, bytes.len(), 0, 0, 0];
    // SAFETY: `bytes` is readable for its length.
    unsafe { checked(number::WRITE, arguments) }
}

/// One packet, without waiting and without SIGPIPE.
pub(super) fn send(fd: Fd, packet: &[u8]) -> Result<usize, Errno> {
    const MSG_DONTWAIT: usize = 0x40;
    const MSG_NOSIGNAL: usize = 0x4000;
    let flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    let arguments = [
        signed(fd),
        packet.as_ptr() as usize,
        packet.len(),
        flags,
        0,
        0,
    ];
    // SAFETY: `packet` is readable for its length; no address.
    unsafe { checked(number::SENDTO, arguments) }
}

/// The entries of a directory, as linux_dirent64 records.
pub(super) fn directory_entries(fd: Fd, into: &mut [u8]) -> Result<usize, Errno> {
    let arguments = [signed(fd), into.as_mut_ptr() as usize, into.len(), 0, 0, 0];
    // SAFETY: `into` is writable for its length.
    unsafe { checked(number::GETDENTS64, arguments) }
}

pub(super) fn duplicate(from: Fd, to: Fd) -> Result<(), Errno> {
    let arguments = [signed(from), signed(to), 0, 0, 0, 0];
    // SAFETY: numbers only.
    unsafe { checked(number::DUP3, arguments) }.map(drop)
}

pub(super) fn close_on_exec(fd: Fd) -> Result<(), Errno> {
    const F_SETFD: usize = 2;
    const FD_CLOEXEC: usize = 1;
    let arguments = [signed(fd), F_SETFD, FD_CLOEXEC, 0, 0, 0];
    // SAFETY: numbers only.
    unsafe { checked(number::FCNTL, arguments) }.map(drop)
}

/// The kernel's own signal sets have 64 bits.
const SET_BYTES: usize = 8;

pub(super) fn set_signal_mask(mask: u64) {
    const SIG_SETMASK: usize = 2;
    let arguments = [SIG_SETMASK, (&raw const mask) as usize, 0, SET_BYTES, 0, 0];
    // SAFETY: the set is readable for its size; the old one is not asked for.
    let _ = unsafe { checked(number::RT_SIGPROCMASK, arguments) };
}

/// A descriptor that is readable when one of these blocked signals waits.
pub(super) fn signal_descriptor(mask: u64) -> Result<Fd, Errno> {
    const SFD_NONBLOCK: i32 = 0o4000;
    let flags = signed(SFD_NONBLOCK | O_CLOEXEC);
    let arguments = [
        signed(-1),
        (&raw const mask) as usize,
        SET_BYTES,
        flags,
        0,
        0,
    ];
    // SAFETY: the set is readable for its size.
    unsafe { checked(number::SIGNALFD4, arguments) }.map(|fd| fd as Fd)
}

/// As struct pollfd.
#[repr(C)]
pub(super) struct Polled {
    pub(super) fd: Fd,
    pub(super) events: i16,
    pub(super) revents: i16,
}

/// Waits for one of them, or for so many milliseconds; for ever without.
pub(super) fn poll(polled: &mut [Polled], milliseconds: Option<i64>) {
    let time = milliseconds.map(|count| [count / 1000, count % 1000 * 1_000_000]);
    let time = time.as_ref().map_or(ptr::null(), |time| time.as_ptr());
    let arguments = [
        polled.as_mut_ptr() as usize,
        polled.len(),
        time as usize,
        0,
        0,
        0,
    ];
    // SAFETY: the array is writable for its length, the time readable or null; the mask stays.
    let _ = unsafe { checked(number::PPOLL, arguments) };
}

/// As struct rusage: user and system time, the largest resident set in kilobytes, what nobody asks for.
#[derive(Default)]
#[repr(C)]
pub(super) struct Usage {
    pub(super) user: [i64; 2],
    pub(super) system: [i64; 2],
    pub(super) max_rss_kilobytes: i64,
    _rest: [i64; 13],
}

/// What wait4(2) says without waiting.
pub(super) enum Waited {
    Child {
        pid: Pid,
        status: i32,
    },
    /// Some run.
    Later,
    /// There is no child left.
    Nobody,
}

pub(super) fn wait_any(usage: &mut Usage) -> Waited {
    const WNOHANG: usize = 1;
    let mut status = 0_i32;
    let arguments = [
        signed(-1),
        (&raw mut status) as usize,
        WNOHANG,
        (&raw mut *usage) as usize,
        0,
        0,
    ];
    // SAFETY: status and usage are writable.
    match unsafe { checked(number::WAIT4, arguments) } {
        Ok(0) => Waited::Later,
        Ok(pid) => Waited::Child {
            pid: pid as Pid,
            status,
        },
        Err(_) => Waited::Nobody,
    }
}

pub(super) fn kill(pid: Pid, signal: i32) -> Result<(), Errno> {
    let arguments = [signed(pid), signed(signal), 0, 0, 0, 0];
    // SAFETY: numbers only.
    unsafe { checked(number::KILL, arguments) }.map(drop)
}

pub(super) fn pidfd_open(pid: Pid) -> Result<Fd, Errno> {
    let arguments = [signed(pid), 0, 0, 0, 0, 0];
    // SAFETY: numbers only.
    unsafe { checked(PIDFD_OPEN, arguments) }.map(|fd| fd as Fd)
}

pub(super) fn pidfd_signal(pidfd: Fd, signal: i32) -> Result<(), Errno> {
    let arguments = [signed(pidfd), signed(signal), 0, 0, 0, 0];
    // SAFETY: numbers only; no siginfo.
    unsafe { checked(PIDFD_SEND_SIGNAL, arguments) }.map(drop)
}

pub(super) fn own_pid() -> Pid {
    // SAFETY: no arguments.
    unsafe { call(number::GETPID, [0; 6]) as Pid }
}

fn prctl(option: usize, value: usize) -> Result<(), Errno> {
    // SAFETY: the options used here take a number.
    unsafe { checked(number::PRCTL, [option, value, 0, 0, 0, 0]) }.map(drop)
}

/// Orphans below us become our children.
pub(super) fn become_subreaper() -> Result<(), Errno> {
    const PR_SET_CHILD_SUBREAPER: usize = 36;
    prctl(PR_SET_CHILD_SUBREAPER, 1)
}

pub(super) fn die_with_warden() -> Result<(), Errno> {
    const PR_SET_PDEATHSIG: usize = 1;
    prctl(PR_SET_PDEATHSIG, SIGKILL as usize)
}

pub(super) fn set_nice(nice: i32) -> Result<(), Errno> {
    // SAFETY: numbers only: this process.
    unsafe { checked(number::SETPRIORITY, [0, 0, signed(nice), 0, 0, 0]) }.map(drop)
}

pub(super) fn set_limit(resource: usize, value: u64) -> Result<(), Errno> {
    let limit = [value, value];
    let arguments = [0, resource, limit.as_ptr() as usize, 0, 0, 0];
    // SAFETY: the limit is readable; this process; the old one is not asked for.
    unsafe { checked(number::PRLIMIT64, arguments) }.map(drop)
}

/// Only root may; others keep theirs.
pub(super) fn drop_groups() {
    // SAFETY: a count of 0 reads no list.
    let _ = unsafe { checked(number::SETGROUPS, [0; 6]) };
}

pub(super) fn set_gid(gid: u32) -> Result<(), Errno> {
    // SAFETY: numbers only.
    unsafe { checked(number::SETGID, [gid as usize, 0, 0, 0, 0, 0]) }.map(drop)
}

pub(super) fn set_uid(uid: u32) -> Result<(), Errno> {
    // SAFETY: numbers only.
    unsafe { checked(number::SETUID, [uid as usize, 0, 0, 0, 0, 0]) }.map(drop)
}

/// Zeroed memory of our own; with `shared` a child writes to the same.
fn map(bytes: usize, shared: bool) -> Result<*mut u8, Errno> {
    const READ_WRITE: usize = 3;
    const MAP_SHARED: usize = 1;
    const MAP_PRIVATE: usize = 2;
    const MAP_ANONYMOUS: usize = 0x20;
    let kind = if shared { MAP_SHARED } else { MAP_PRIVATE } | MAP_ANONYMOUS;
    // SAFETY: a new mapping at an address of the kernel's choice.
    let address = unsafe { checked(number::MMAP, [0, bytes, READ_WRITE, kind, signed(-1), 0]) }?;
    Ok(address as *mut u8)
}

/// Zeroed numbers that live as long as the process and are touched page by page.
pub(super) fn numbers(count: usize) -> Result<&'static mut [i32], Errno> {
    let memory = map(count * size_of::<i32>(), false)?;
    // SAFETY: a fresh mapping of that many zeroed bytes, aligned to a page, never unmapped, known to nobody else.
    Ok(unsafe { core::slice::from_raw_parts_mut(memory.cast(), count) })
}

/// A number that this process and the children that it forks share.
pub(super) fn shared_number() -> Result<&'static core::sync::atomic::AtomicI64, Errno> {
    let memory = map(size_of::<i64>(), true)?;
    // SAFETY: a fresh mapping of zeroed bytes, aligned to a page, never unmapped, only used as this atomic.
    Ok(unsafe { &*memory.cast() })
}

/// As struct clone_args.
#[repr(C)]
struct CloneArguments {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
}

const CLONE_VFORK: u64 = 0x4000;
const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;

/// Forks: a copy of the memory, and the parent goes on when the child has executed or ended. 0 in the child. Into a
/// cgroup, where one is given and the kernel can.
pub(super) fn fork(cgroup: Option<Fd>) -> Result<Pid, Errno> {
    let Some(cgroup) = cgroup else {
        return fork_plainly();
    };
    let arguments = CloneArguments {
        flags: CLONE_VFORK | CLONE_INTO_CGROUP,
        pidfd: 0,
        child_tid: 0,
        parent_tid: 0,
        exit_signal: SIGCHLD as u64,
        stack: 0,
        stack_size: 0,
        tls: 0,
        set_tid: 0,
        set_tid_size: 0,
        cgroup: cgroup as u64,
    };
    let size = size_of::<CloneArguments>();
    // SAFETY: the arguments are readable for their size; without CLONE_VM the child has a copy of the whole memory, its
    // stack included, and so both go on from here as after fork(2).
    unsafe { checked(CLONE3, [(&raw const arguments) as usize, size, 0, 0, 0, 0]) }
        .map(|pid| pid as Pid)
}

fn fork_plainly() -> Result<Pid, Errno> {
    let flags = CLONE_VFORK as usize | SIGCHLD as usize;
    // SAFETY: as above.
    unsafe { checked(number::CLONE, [flags, 0, 0, 0, 0, 0]) }.map(|pid| pid as Pid)
}

/// Returns only on failure.
///
/// # Safety
/// `path` is a C string; `argv` and `envp` are arrays of C strings that end with null.
pub(super) unsafe fn execute(
    path: *const c_char,
    argv: *const *const c_char,
    envp: *const *const c_char,
) -> Errno {
    let arguments = [path as usize, argv as usize, envp as usize, 0, 0, 0];
    // SAFETY: the caller's promise.
    match unsafe { checked(number::EXECVE, arguments) } {
        Ok(_) => 0,
        Err(errno) => errno,
    }
}

#[cfg(test)]
mod tests {
    use super::number as ours;

    #[test]
    fn the_numbers_are_those_of_the_c_library() {
        let pairs = [
            (ours::READ, libc::SYS_read),
            (ours::WRITE, libc::SYS_write),
            (ours::CLOSE, libc::SYS_close),
            (ours::MMAP, libc::SYS_mmap),
            (ours::RT_SIGPROCMASK, libc::SYS_rt_sigprocmask),
            (ours::GETPID, libc::SYS_getpid),
            (ours::SENDTO, libc::SYS_sendto),
            (ours::CLONE, libc::SYS_clone),
            (ours::EXECVE, libc::SYS_execve),
            (ours::WAIT4, libc::SYS_wait4),
            (ours::KILL, libc::SYS_kill),
            (ours::FCNTL, libc::SYS_fcntl),
            (ours::SETUID, libc::SYS_setuid),
            (ours::SETGID, libc::SYS_setgid),
            (ours::SETGROUPS, libc::SYS_setgroups),
            (ours::SETPRIORITY, libc::SYS_setpriority),
            (ours::PRCTL, libc::SYS_prctl),
            (ours::GETDENTS64, libc::SYS_getdents64),
            (ours::EXIT_GROUP, libc::SYS_exit_group),
            (ours::OPENAT, libc::SYS_openat),
            (ours::UNLINKAT, libc::SYS_unlinkat),
            (ours::PPOLL, libc::SYS_ppoll),
            (ours::SIGNALFD4, libc::SYS_signalfd4),
            (ours::DUP3, libc::SYS_dup3),
            (ours::PRLIMIT64, libc::SYS_prlimit64),
            (super::PIDFD_OPEN, libc::SYS_pidfd_open),
            (super::PIDFD_SEND_SIGNAL, libc::SYS_pidfd_send_signal),
            (super::CLONE3, libc::SYS_clone3),
        ];
        for (number, expected) in pairs {
            assert_eq!(i64::try_from(number), Ok(expected));
        }
    }

    #[test]
    fn the_constants_and_structures_are_those_of_the_c_library() {
        assert_eq!(super::O_DIRECTORY, libc::O_DIRECTORY);
        assert_eq!(super::O_CLOEXEC, libc::O_CLOEXEC);
        assert_eq!(size_of::<super::Usage>(), size_of::<libc::rusage>());
        assert_eq!(size_of::<super::Polled>(), size_of::<libc::pollfd>());
        assert_eq!(
            size_of::<super::CloneArguments>(),
            size_of::<libc::clone_args>()
        );
    }

    #[test]
    fn calls_answer_as_the_c_library_does() {
        // SAFETY: no arguments.
        assert_eq!(super::own_pid(), unsafe { libc::getpid() });
        assert_eq!(super::kill(super::own_pid(), 0), Ok(()));
        assert_eq!(
            super::open(c"/nonexistent", super::O_RDONLY),
            Err(super::ENOENT)
        );
    }
}
