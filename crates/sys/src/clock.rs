//! The clocks that a watchdog compares: time, processor time of the process and of one thread, time asleep.

/// Nanoseconds of a monotonic clock, from a start of its own that lies before the process's.
#[must_use]
#[inline]
pub fn now() -> u64 {
    // Not through std's Instant: loops read it several times a turn, and one number is what they want.
    #[cfg(unix)]
    return read(libc::CLOCK_MONOTONIC).unwrap_or(0);
    #[cfg(not(unix))]
    return since_start();
}

#[cfg(not(unix))]
fn since_start() -> u64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    const HOUR: u64 = 3_600_000_000_000;
    static START: OnceLock<Instant> = OnceLock::new();
    let since = START.get_or_init(Instant::now).elapsed();
    HOUR + u64::try_from(since.as_nanos()).unwrap_or(u64::MAX - HOUR)
}

/// Processor time of this process in nanoseconds, where the platform tells it.
#[must_use]
pub fn process_cpu() -> Option<u64> {
    #[cfg(unix)]
    return read(libc::CLOCK_PROCESS_CPUTIME_ID);
    #[cfg(not(unix))]
    None
}

/// Nanoseconds for which the machine has slept since it started, where the platform tells it.
#[must_use]
pub fn asleep() -> u64 {
    #[cfg(target_os = "linux")]
    return read(libc::CLOCK_BOOTTIME)
        .zip(read(libc::CLOCK_MONOTONIC))
        .map_or(0, |(all, awake)| all.saturating_sub(awake));
    #[cfg(not(target_os = "linux"))]
    0
}

/// The processor time of the thread that made it, to be read by any.
#[derive(Clone, Copy)]
pub struct ThreadClock {
    #[cfg(target_os = "linux")]
    id: libc::clockid_t,
    #[cfg(target_os = "linux")]
    thread: libc::pid_t,
}

impl ThreadClock {
    /// The calling thread's clock, where other threads can read it.
    #[must_use]
    pub fn of_this_thread() -> Option<Self> {
        #[cfg(target_os = "linux")]
        {
            let mut id = 0;
            // SAFETY: takes nothing and cannot fail.
            let thread = unsafe { libc::pthread_self() };
            // SAFETY: the calling thread lives, and the out pointer is a live local.
            let status = unsafe { libc::pthread_getcpuclockid(thread, &mut id) };
            // SAFETY: takes nothing and cannot fail.
            let thread = unsafe { libc::gettid() };
            (status == 0).then_some(Self { id, thread })
        }
        #[cfg(not(target_os = "linux"))]
        None
    }

    /// Nanoseconds; None when the thread has ended.
    #[must_use]
    pub fn nanoseconds(self) -> Option<u64> {
        #[cfg(target_os = "linux")]
        return read(self.id);
        #[cfg(not(target_os = "linux"))]
        None
    }
}

impl ThreadClock {
    /// Nanoseconds for which the thread could run and had to wait for a processor; 0 where that cannot be told.
    #[must_use]
    pub fn queued(self) -> u64 {
        #[cfg(target_os = "linux")]
        return queued_by(&format!("/proc/self/task/{}/schedstat", self.thread));
        #[cfg(not(target_os = "linux"))]
        0
    }

    /// Whether the thread waits at this moment: it neither runs nor could. None where that cannot be told.
    #[must_use]
    pub fn waits(self) -> Option<bool> {
        #[cfg(target_os = "linux")]
        {
            let text = std::fs::read_to_string(format!("/proc/self/task/{}/stat", self.thread));
            // The name, in parentheses, may contain anything.
            let text = text.ok()?;
            let state = text.rsplit_once(") ")?.1.chars().next()?;
            Some(matches!(state, 'S' | 'D'))
        }
        #[cfg(not(target_os = "linux"))]
        None
    }
}

/// Nanoseconds for which the calling thread could run and had to wait for a processor; 0 where that cannot be told.
#[must_use]
pub fn queued_here() -> u64 {
    #[cfg(target_os = "linux")]
    return queued_by("/proc/thread-self/schedstat");
    #[cfg(not(target_os = "linux"))]
    0
}

#[cfg(target_os = "linux")]
fn queued_by(path: &str) -> u64 {
    std::fs::read_to_string(path)
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

#[cfg(unix)]
fn read(clock: libc::clockid_t) -> Option<u64> {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the out pointer is a live local; a clock that does not exist is refused with EINVAL.
    let status = unsafe { libc::clock_gettime(clock, &mut time) };
    let (seconds, rest) = (
        u64::try_from(time.tv_sec).ok()?,
        u64::try_from(time.tv_nsec).ok()?,
    );
    (status == 0).then_some(seconds * 1_000_000_000 + rest)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{ThreadClock, now, process_cpu};

    #[test]
    fn a_threads_processor_time_is_read_by_another_and_ends_with_it() {
        let (sender, receiver) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            let until = now() + 20_000_000;
            while now() < until {}
            sender.send(ThreadClock::of_this_thread()).expect("heard");
            ended.recv().expect("told");
            let until = now() + 20_000_000;
            while now() < until {}
            sender.send(None).expect("heard");
            ended.recv().expect("told");
        });
        let clock = receiver.recv().expect("sent").expect("a clock");
        while clock.waits() != Some(true) {
            std::thread::yield_now();
        }
        end.send(()).expect("told");
        while clock.waits() != Some(false) {
            assert!(
                receiver.try_recv().is_err(),
                "it computes, and runs or could"
            );
        }
        receiver.recv().expect("sent");
        assert!(clock.nanoseconds().is_some_and(|spent| spent > 1_000_000));
        assert!(process_cpu() >= clock.nanoseconds());
        end.send(()).expect("told");
        thread.join().expect("ends");
    }
}
