//! This thread's loop: its pulse, and the hooks that make it beat while somebody looks.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use ironloop_core::loop_stats::LoopStats;
use ironloop_core::numbered::Numbered;
use ironloop_core::watchdog::{Finished, LoopClocks, Pulse};
use ironloop_sys::clock::{self, ThreadClock};
use ironloop_sys::host_uv::{IdleClock, LoopHook, Place};
use napi::{Env, Error, Result};
use napi_derive::napi;

use super::watchdog;
use crate::environment;
use crate::raw::host_loop;

thread_local! {
    static CURRENT: RefCell<Option<Rc<ThisLoop>>> = const { RefCell::new(None) };
}

/// The threads of the loops that are known, by the watchdog's numbers.
static THREADS: Mutex<Option<Numbered<u32>>> = Mutex::new(None);

pub(super) struct ThisLoop {
    /// The watchdog's number of it.
    pub(super) id: u32,
    pub(super) thread: u32,
    pub(super) pulse: Arc<Pulse>,
    idle: Option<IdleClock>,
    cpu: Option<ThreadClock>,
    host: Option<host_loop::HostLoop>,
    hooks: RefCell<Vec<LoopHook>>,
    /// Whether the prepare hook beats: while there are watches.
    beats: Cell<bool>,
    pub(super) stats: RefCell<Option<LoopStats>>,
    /// Watches, each with the port that it was set up for.
    watches: RefCell<Vec<(u32, u32)>>,
    /// Ports of lib/ that use it.
    users: RefCell<HashSet<u32>>,
}

struct Clocks {
    idle: Option<IdleClock>,
    cpu: Option<ThreadClock>,
}

impl LoopClocks for Clocks {
    fn idle(&self) -> u64 {
        self.idle.map_or(0, |clock| clock.nanoseconds())
    }

    fn cpu(&self) -> Option<u64> {
        self.cpu.and_then(ThreadClock::nanoseconds)
    }

    fn queued(&self) -> u64 {
        self.cpu.map_or(0, ThreadClock::queued)
    }

    fn waits(&self) -> Option<bool> {
        self.cpu.and_then(ThreadClock::waits)
    }
}

pub(super) fn current() -> Result<Rc<ThisLoop>> {
    CURRENT
        .with_borrow(Clone::clone)
        .ok_or_else(|| Error::from_reason("the loop is not open"))
}

pub(super) fn thread_of(loop_id: u32) -> Option<u32> {
    let threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    threads.as_ref()?.get(&loop_id).copied()
}

pub(super) fn loop_of(thread: u32) -> Option<u32> {
    let threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut known = threads.as_ref()?.iter();
    known.find(|(_, of)| **of == thread).map(|(id, _)| *id)
}

/// Makes this thread's loop known for as long as `port` is open. True if the loop itself beats, false if lib/ has to.
#[napi]
pub fn loop_open(env: Env, port: u32, thread: u32, uv_version: String) -> Result<bool> {
    let bell = environment::port(port).ok_or_else(|| Error::from_reason("not an open port"))?;
    let this = CURRENT.with_borrow_mut(|current| {
        let this = current.get_or_insert_with(|| Rc::new(ThisLoop::new(&env, thread, &uv_version)));
        Rc::clone(this)
    });
    this.users.borrow_mut().insert(port);
    bell.on_close(move || leave(port));
    Ok(this.host.is_some())
}

/// Runs on the thread of the port, as all close hooks do.
fn leave(port: u32) {
    if let Ok(this) = current() {
        this.remove_watches(|of, _| of == port);
    }
    let gone = CURRENT.with_borrow_mut(|current| {
        let unused = current.as_ref().is_some_and(|this| {
            let mut users = this.users.borrow_mut();
            users.remove(&port) && users.is_empty()
        });
        if unused { current.take() } else { None }
    });
    drop(gone);
}

/// Whether the host shows this thread's loop.
#[napi]
pub fn loop_has_hooks(env: Env, uv_version: String) -> bool {
    environment::host_loop(&env, &uv_version).is_some()
}

/// The loop has turned, where lib/ beats for it; it promises to do so again within `slack` milliseconds.
#[napi]
pub fn loop_beat(slack: f64) -> Result<()> {
    current()?.beat((slack * 1e6) as u64);
    Ok(())
}

impl ThisLoop {
    fn new(env: &Env, thread: u32, uv_version: &str) -> Self {
        let host = environment::host_loop(env, uv_version);
        let idle = host.map(|host| host.idle_clock());
        let cpu = ThreadClock::of_this_thread();
        let now = clock::now();
        let pulse = Arc::new(Pulse::new(
            now - idle.map_or(0, |clock| clock.nanoseconds()),
        ));
        let id = watchdog().add_loop(Box::new(Clocks { idle, cpu }), Arc::clone(&pulse));
        let mut threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
        threads.get_or_insert_default().insert(id, thread);
        Self {
            id,
            thread,
            pulse,
            idle,
            cpu,
            host,
            hooks: RefCell::default(),
            beats: Cell::new(false),
            stats: RefCell::default(),
            watches: RefCell::default(),
            users: RefCell::default(),
        }
    }

    pub(super) fn add_watch(self: &Rc<Self>, port: u32, watch: u32) {
        self.watches.borrow_mut().push((port, watch));
        // The turn that goes on counts from here.
        if !self.beats.replace(true) {
            let _ = self.pulse.beat(self.busy());
        }
        if self.hooks.borrow().is_empty() {
            let prepare = self.hook(Place::Prepare, Self::on_prepare);
            self.hooks.borrow_mut().extend(prepare);
        }
    }

    /// Keeps an account from now on. False if the host has no hooks.
    pub(super) fn start_stats(self: &Rc<Self>) -> bool {
        if self.stats.borrow().is_some() {
            return true;
        }
        let this = Rc::downgrade(self);
        let on_over = Box::new(move || this.upgrade().iter().for_each(|this| this.on_check_over()));
        let Some(check) = self.hook(Place::Check(on_over), Self::on_check) else {
            return false;
        };
        let mut hooks = self.hooks.borrow_mut();
        if hooks.is_empty() {
            hooks.extend(self.hook(Place::Prepare, Self::on_prepare));
        }
        hooks.push(check);
        let (now, idle) = (clock::now(), self.idle());
        self.stats.replace(Some(LoopStats::new(now, idle)));
        true
    }

    fn hook(self: &Rc<Self>, place: Place, on_turn: fn(&Self)) -> Option<LoopHook> {
        let this = Rc::downgrade(self);
        let on_turn = Box::new(move || this.upgrade().iter().for_each(|this| on_turn(this)));
        self.host?.hook(place, on_turn)
    }

    fn on_prepare(&self) {
        let now = clock::now();
        let idle = match &mut *self.stats.borrow_mut() {
            Some(stats) => stats.prepare(now),
            None => self.idle(),
        };
        if self.beats.get() {
            self.beat_at(now - idle, 0);
        }
    }

    fn on_check(&self) {
        if let Some(stats) = &mut *self.stats.borrow_mut() {
            stats.check(clock::now(), self.idle());
        }
    }

    fn on_check_over(&self) {
        if let Some(stats) = &mut *self.stats.borrow_mut() {
            stats.check_over(clock::now());
        }
    }

    /// Ends the watches of which `is_over(port, watch)`; the loop beats only while there is one.
    pub(super) fn remove_watches(&self, is_over: impl Fn(u32, u32) -> bool) {
        let mut watches = self.watches.borrow_mut();
        watches.retain(|(port, watch)| {
            let over = is_over(*port, *watch);
            if over {
                watchdog().unwatch(self.id, *watch);
            }
            !over
        });
        if watches.is_empty() {
            self.beats.set(false);
            if self.stats.borrow().is_none() {
                self.hooks.borrow_mut().clear();
            }
        }
    }

    pub(super) fn idle(&self) -> u64 {
        self.idle.map_or(0, |clock| clock.nanoseconds())
    }

    fn busy(&self) -> u64 {
        clock::now() - self.idle()
    }

    /// A turn ends; the next will by `slack` nanoseconds later than it could.
    pub(super) fn beat(&self, slack: u64) {
        self.beat_at(self.busy(), slack);
    }

    fn beat_at(&self, busy: u64, slack: u64) {
        let Some((mark, length)) = self.pulse.beat(busy + slack) else {
            return;
        };
        self.pulse.finish(Finished {
            mark,
            length: length.saturating_sub(slack),
            ended: clock::now(),
            cpu: self.cpu.and_then(ThreadClock::nanoseconds),
            queued: self.cpu.map_or(0, ThreadClock::queued),
        });
        watchdog().wake();
    }
}

impl Drop for ThisLoop {
    fn drop(&mut self) {
        watchdog().remove_loop(self.id);
        let mut threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(threads) = threads.as_mut() {
            threads.remove(&self.id);
        }
    }
}
