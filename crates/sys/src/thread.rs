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

/// Lets the calling thread's waits end when they are due: Linux by default adds up to 50 us, to save power.
#[cfg(target_os = "linux")]
pub fn wake_precisely() {
    // SAFETY: PR_SET_TIMERSLACK changes a number of the calling thread alone; 1 is the smallest (0 means the default).
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, 1_u64) };
}

/// Elsewhere waits end as the system has them.
#[cfg(not(target_os = "linux"))]
pub fn wake_precisely() {}

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

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_of_ours_may_wait_without_slack_and_others_keep_theirs() {
        // SAFETY: PR_GET_TIMERSLACK only reads a number of the calling thread.
        let slack = || unsafe { libc::prctl(libc::PR_GET_TIMERSLACK) };
        let before = slack();
        let within = std::thread::spawn(move || {
            super::wake_precisely();
            slack()
        })
        .join();
        assert!(matches!(within, Ok(1)));
        assert_eq!(slack(), before);
    }
}
