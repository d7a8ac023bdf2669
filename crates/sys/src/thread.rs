//! What every native thread of ours does first.

/// Blocks all signals on the calling thread, so that the process's handlers run on the threads that the host chose.
#[cfg(unix)]
pub fn block_signals() {
    // SAFETY: a sigset_t is plain data; all zeroes is a valid value that sigfillset overwrites.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: `set` is a valid sigset_t of ours.
    unsafe { libc::sigfillset(&mut set) };
    // SAFETY: `set` is initialised above; the old mask is not asked for.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &set, std::ptr::null_mut()) };
}

/// Windows delivers no signals to threads.
#[cfg(not(unix))]
pub fn block_signals() {}

#[cfg(all(test, unix))]
mod tests {
    #[test]
    fn a_thread_of_ours_blocks_every_signal() {
        let blocked = std::thread::spawn(|| {
            super::block_signals();
            // SAFETY: a sigset_t is plain data that pthread_sigmask fills.
            let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
            // SAFETY: a null new mask only asks for the current one.
            unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, std::ptr::null(), &mut set) };
            // SAFETY: `set` was filled above.
            unsafe { libc::sigismember(&set, libc::SIGTERM) }
        })
        .join();
        assert!(matches!(blocked, Ok(1)));
    }
}
