//! The CPU threads: as many as cores, one set per process, for hashing, compression, search and walks.
//!
//! One global queue (crossbeam's injector) without per-thread deques: jobs here take tens of microseconds at least,
//! so the queue is never the bottleneck, and a batch taken by one thread would only hide work from the others.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use crossbeam::deque::{Injector, Steal};

use crate::lock::lock;

type Job = Box<dyn FnOnce() + Send>;

struct Shared {
    queue: Injector<Job>,
    /// How many threads wait. Guards the way to sleep: a thread looks at the queue once more under this lock, and a
    /// submitter stores its job before it takes the lock, so no job is left to sleeping threads.
    idle: Mutex<usize>,
    wake: Condvar,
}

/// The running threads. They live as long as the process.
#[derive(Clone)]
pub struct CpuThreads {
    shared: Arc<Shared>,
    threads: usize,
}

impl CpuThreads {
    /// Starts `threads` threads. `on_start` runs first on each (signal mask).
    ///
    /// # Errors
    /// When not even one thread can be created.
    pub fn start(threads: usize, on_start: impl Fn() + Clone + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            queue: Injector::new(),
            idle: Mutex::new(0),
            wake: Condvar::new(),
        });
        let mut started = 0;
        for index in 0..threads.max(1) {
            let (shared, on_start) = (Arc::clone(&shared), on_start.clone());
            let spawned = thread::Builder::new()
                .name(format!("ironloop-cpu-{index}"))
                .spawn(move || {
                    on_start();
                    shared.work();
                });
            match spawned {
                Ok(_) => started += 1,
                Err(error) if started == 0 => return Err(error),
                Err(_) => break, // at the thread limit: fewer threads do the same work
            }
        }
        Ok(Self {
            shared,
            threads: started,
        })
    }

    /// How many threads run.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Whether jobs wait for a thread: a job that can be cut steps back then, by submitting its rest.
    #[must_use]
    pub fn has_waiting(&self) -> bool {
        !self.shared.queue.is_empty()
    }

    /// Queues a job. A job that panics ends alone: it must report its own completion, also by a drop guard.
    pub fn submit(&self, job: impl FnOnce() + Send + 'static) {
        self.shared.queue.push(Box::new(job));
        if *lock(&self.shared.idle) > 0 {
            self.shared.wake.notify_one();
        }
    }
}

impl Shared {
    fn work(&self) {
        loop {
            let job = self.next();
            // The panic hook has printed it; the job's drop guard reports it to whoever waits.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    fn next(&self) -> Job {
        if let Some(job) = self.steal() {
            return job;
        }
        let mut idle = lock(&self.idle);
        loop {
            if let Some(job) = self.steal() {
                return job;
            }
            *idle += 1;
            idle = self
                .wake
                .wait(idle)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            *idle -= 1;
        }
    }

    fn steal(&self) -> Option<Job> {
        loop {
            match self.queue.steal() {
                Steal::Success(job) => return Some(job),
                Steal::Empty => return None,
                Steal::Retry => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CpuThreads;
    use std::collections::HashSet;
    use std::sync::{Arc, Barrier, mpsc};
    use std::thread;

    #[test]
    fn every_job_runs_once_and_panics_end_alone() {
        let cpu = CpuThreads::start(3, || {}).expect("CPU threads");
        let (sender, receiver) = mpsc::channel();
        for number in 0..5_000_u32 {
            let sender = sender.clone();
            cpu.submit(move || {
                sender.send(number).expect("the test listens");
                assert!(number % 1000 != 999, "a planted panic");
            });
        }
        drop(sender);
        let seen: HashSet<u32> = receiver.iter().collect();
        assert_eq!(seen.len(), 5_000);
    }

    #[test]
    fn jobs_run_at_the_same_time() {
        let cpu = CpuThreads::start(2, || {}).expect("CPU threads");
        let together = Arc::new(Barrier::new(3));
        for _ in 0..2 {
            let together = Arc::clone(&together);
            cpu.submit(move || {
                together.wait();
            });
        }
        together.wait(); // returns only if both jobs are waiting beside each other
        assert_eq!(cpu.threads(), 2);
    }

    #[test]
    fn an_idle_thread_hears_every_submit() {
        let cpu = CpuThreads::start(1, || {}).expect("a CPU thread");
        let (sender, receiver) = mpsc::channel();
        for round in 0..2_000 {
            let sender = sender.clone();
            cpu.submit(move || {
                let name = thread::current().name().unwrap_or_default().to_owned();
                sender.send((round, name)).expect("the test listens");
            });
            assert_eq!(receiver.recv(), Ok((round, "ironloop-cpu-0".to_owned())));
        }
    }
}
