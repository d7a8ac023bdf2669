//! The runs of one port, and the thread's ports.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ironloop_core::inbox::{Mailbox, Port};
use ironloop_core::numbered::Numbered;

use super::run::{News, Run};
use super::target::Target;
use super::watched::LoopEnds;

/// What one loaded copy of lib/child_process has running.
pub(super) struct Desk {
    pub(super) mailbox: Arc<Mailbox<News>>,
    pub(super) ends: LoopEnds,
    runs: Mutex<Numbered<Arc<Run>>>,
    /// What is to be removed from the disk with this port: a worker that is terminated runs no JavaScript of its own.
    directories: Mutex<HashSet<PathBuf>>,
}

thread_local! {
    static DESKS: RefCell<HashMap<u32, Arc<Desk>>> = RefCell::default();
}

/// Makes `port` a port of runs: when it closes, or its environment dies, its runs end.
pub(super) fn open(port: Port) {
    let id = port.id();
    let desk = Arc::new(Desk {
        mailbox: Arc::new(Mailbox::new(port.clone())),
        ends: LoopEnds::open(&port),
        runs: Mutex::default(),
        directories: Mutex::default(),
    });
    DESKS.with_borrow_mut(|desks| desks.insert(id, Arc::clone(&desk)));
    port.on_close(move || {
        let _ = DESKS.try_with(|desks| desks.borrow_mut().remove(&id));
        desk.close();
    });
}

pub(super) fn find(port: u32) -> Option<Arc<Desk>> {
    DESKS.with_borrow(|desks| desks.get(&port).cloned())
}

/// All of this thread's.
pub(super) fn all() -> Vec<Arc<Desk>> {
    DESKS.with_borrow(|desks| desks.values().cloned().collect())
}

impl Desk {
    fn runs(&self) -> MutexGuard<'_, Numbered<Arc<Run>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, run: Arc<Run>) {
        self.runs().insert(run.id, run);
    }

    pub(super) fn run(&self, id: u32) -> Option<Arc<Run>> {
        self.runs().get(&id).cloned()
    }

    /// Who is to be asked for the tree of a run that a warden guards.
    pub(super) fn guarded(&self, pid: u32) -> Option<Arc<Target>> {
        let runs = self.runs();
        let run = runs.values().find(|run| run.pid() == pid)?;
        let target = run.target()?;
        target.control.is_some().then_some(target)
    }

    pub(super) fn remove(&self, id: u32) {
        self.runs().remove(&id);
    }

    fn directories(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        let directories = self.directories.lock();
        directories.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn keep_directory(&self, directory: PathBuf, removed: bool) {
        if removed {
            self.directories().remove(&directory);
        } else {
            self.directories().insert(directory);
        }
    }

    /// The runs that are left, to be told something without the lock.
    pub(super) fn left(&self) -> Vec<Arc<Run>> {
        self.runs().values().cloned().collect()
    }

    fn close(&self) {
        for run in self.left() {
            run.abandon();
        }
        self.runs().clear();
        for directory in self.directories().drain() {
            let _ = fs::remove_dir_all(directory); // its user may have removed it
        }
    }
}
