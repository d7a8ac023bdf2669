//! One run, as its JavaScript thread, the spawner and the I/O thread share it.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ironloop_core::inbox::Mailbox;
use ironloop_core::process::{Control, Desk, Exit, Feed, Forced, Outcome, Start, Stopped, Verdict};
use ironloop_sys::process::{FORCE_SIGNAL, SpawnError};
use tokio::sync::mpsc::UnboundedSender;

use super::line::Line;
use super::shared::Shared;
use super::target::Target;
use crate::{environment, news};

/// What JavaScript is told of.
#[derive(Clone, Copy)]
pub(super) struct News {
    pub(super) id: u32,
    pub(super) kind: Kind,
    /// The errno and the step of a failed start; for an input, 1 if it is open; the output that is meant.
    pub(super) details: [i32; 2],
}

/// The numbers are those of lib/child_process/desk.js.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Spawned = 1,
    Failed = 2,
    Readable = 3,
    Input = 4,
    Done = 5,
    /// An output is past its limit and waits to be taken.
    Overflowed = 6,
    /// A tree is gone, or (0) it cannot be.
    Felled = 7,
}

pub(super) struct Run {
    pub(super) id: u32,
    /// Whose it is, as JavaScript numbers threads.
    thread: u32,
    /// Lives on when its environment or the process ends.
    pub(super) detached: bool,
    pub(super) group: bool,
    pub(super) kill_signal: i32,
    pub(super) start: Start<Arc<Target>>,
    pub(super) controls: UnboundedSender<Control>,
    pub(super) feed: Option<Arc<Feed>>,
    pub(super) mailbox: Arc<Mailbox<News>>,
    pub(super) shared: Mutex<Shared>,
    /// Told when it is over.
    pub(super) over: Condvar,
    pub(super) line: Line,
    forced: Forced,
    pid: AtomicU32,
    spawn_watched: AtomicBool,
}

impl Run {
    pub(super) fn new(
        id: u32,
        mailbox: Arc<Mailbox<News>>,
        controls: UnboundedSender<Control>,
        feed: Option<Arc<Feed>>,
        (kill_signal, group, detached): (i32, bool, bool),
    ) -> Self {
        Self {
            id,
            thread: environment::thread(),
            detached,
            group,
            kill_signal,
            start: Start::new(),
            controls,
            feed,
            mailbox,
            shared: Mutex::default(),
            over: Condvar::new(),
            line: Line::default(),
            forced: Forced::default(),
            pid: AtomicU32::new(0),
            spawn_watched: AtomicBool::new(false),
        }
    }

    pub(super) fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn post(&self, kind: Kind, details: [i32; 2]) {
        let id = self.id;
        self.mailbox.post(News { id, kind, details });
    }

    /// An environment that is gone has closed its controls' other ends, so nobody minds a failed send.
    pub(super) fn control(&self, control: Control) {
        let _ = self.controls.send(control);
    }

    /// 0 before it runs.
    pub(super) fn pid(&self) -> u32 {
        self.pid.load(Ordering::SeqCst)
    }

    /// Asks for news of its start; the pid if it runs already.
    pub(super) fn watch_spawn(&self) -> u32 {
        self.spawn_watched.store(true, Ordering::SeqCst);
        self.pid()
    }

    /// The spawner started it, or its warden: from now on it can be signalled.
    pub(super) fn reachable(&self, target: &Arc<Target>) {
        for signal in self.start.running(Arc::clone(target)) {
            self.send(target, signal);
        }
    }

    /// It runs.
    pub(super) fn spawned(&self, pid: u32) {
        self.pid.store(pid, Ordering::SeqCst);
        if self.spawn_watched.load(Ordering::SeqCst) {
            self.post(Kind::Spawned, [0, 0]);
        }
    }

    /// The spawner could not start it.
    pub(super) fn failed(&self, error: SpawnError) {
        self.start.over();
        self.shared().failed = Some(error.errno);
        self.post(Kind::Failed, [error.errno, error.step as i32]);
        self.let_go();
    }

    /// Waits for the end: 0 if it has not come in time, 1 if it has, else the negative errno of a failed start.
    pub(super) fn wait(&self, patience: Duration) -> i32 {
        let waiting = |shared: &mut Shared| shared.outcome.is_none() && shared.failed.is_none();
        let waited = self
            .over
            .wait_timeout_while(self.shared(), patience, waiting);
        let (shared, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match (&shared.outcome, shared.failed) {
            (_, Some(errno)) => -errno.max(1),
            (Some(_), _) => 1,
            (None, None) => 0,
        }
    }

    /// Who is signalled, while it runs.
    pub(super) fn target(&self) -> Option<Arc<Target>> {
        match self.start.stop(0, false) {
            Stopped::Running(target) => Some(target),
            _ => None,
        }
    }

    fn send(&self, target: &Target, signal: i32) -> bool {
        target.signal(signal, self.group)
    }

    /// A signal of the user's. True if it was delivered or will be.
    pub(super) fn kill(&self, signal: i32, ends: bool) -> bool {
        match self.start.stop(signal, ends) {
            Stopped::Revoked => {
                let verdict = Verdict {
                    killed: true,
                    ..Verdict::default()
                };
                self.revoked(Some(signal), verdict);
                true
            }
            Stopped::Pending => {
                self.signalled(signal, ends);
                true
            }
            Stopped::Running(target) => {
                let sent = self.send(&target, signal);
                if sent && !self.forces(&target, signal) {
                    self.signalled(signal, ends);
                }
                sent
            }
            Stopped::Over => false,
        }
    }

    /// Whether a signal that was sent needs no word to who follows the run.
    fn forces(&self, target: &Target, signal: i32) -> bool {
        if signal != FORCE_SIGNAL || self.group || target.control.is_some() {
            return false;
        }
        target.doom();
        self.forced.force()
    }

    fn signalled(&self, signal: i32, ends: bool) {
        if signal != 0 {
            self.control(Control::Signalled { signal, ends });
        }
    }

    /// The user no longer wants it.
    pub(super) fn cancel(&self) {
        if matches!(self.start.stop(0, true), Stopped::Revoked) {
            let verdict = Verdict {
                cancelled: true,
                ..Verdict::default()
            };
            self.revoked(None, verdict);
        } else {
            self.control(Control::Cancel);
        }
    }

    fn revoked(&self, signal: Option<i32>, verdict: Verdict) {
        self.shared().end(Outcome {
            exit: Exit {
                signal,
                ..Exit::default()
            },
            verdict,
            ..Outcome::default()
        });
        self.post(Kind::Done, [0, 0]);
        self.let_go();
    }

    /// Its environment is gone.
    pub(super) fn abandon(&self) {
        if self.detached {
            self.control(Control::Forget);
        } else if !matches!(self.start.stop(0, true), Stopped::Revoked) {
            self.control(Control::Abandon);
        }
    }

    /// The process is about to exit. False while its start is under way, so that nothing can reach it yet.
    pub(super) fn kill_at_exit(&self) -> bool {
        if self.detached {
            return true;
        }
        match self.start.stop(0, true) {
            Stopped::Pending => false,
            Stopped::Running(target) => {
                self.send(&target, self.kill_signal);
                true
            }
            Stopped::Revoked | Stopped::Over => true,
        }
    }
}

/// The driver's desk.
pub(super) struct RunDesk(pub(super) Arc<Run>);

impl Desk for RunDesk {
    fn readable(&self, output: usize) {
        self.0.post(Kind::Readable, [output as i32, 0]);
    }

    fn overflowed(&self, output: usize) {
        self.0.post(Kind::Overflowed, [output as i32, 0]);
    }

    fn fed(&self) {
        if let Some(next) = self.0.downstream() {
            next.control(Control::Look);
        }
    }

    fn input(&self, open: bool) {
        if self.0.line.is_fed() {
            self.0.tell_upstream();
        } else {
            self.0.post(Kind::Input, [i32::from(open), 0]);
        }
    }

    fn was_forced(&self) -> bool {
        self.0.forced.seen_at_the_end()
    }

    fn done(&self, outcome: Outcome) {
        self.0.start.over();
        let Exit { code, signal, .. } = outcome.exit;
        news::child_exit(self.0.thread, self.0.pid(), code, signal);
        self.0.shared().end(outcome);
        self.0.post(Kind::Done, [0, 0]);
        self.0.let_go();
    }
}
