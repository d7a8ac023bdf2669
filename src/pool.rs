//! The binding of `ironloop/pool`: pools by number, their threads' seats, and what ends tasks early.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use ironloop_core::inbox::Port;
use ironloop_core::pool::{Alarm, Bell, Cancelled, Scheduler};
use napi::{Error, Result};
use napi_derive::napi;
use tokio::sync::Notify;

use crate::{environment, threads};

mod hot_path;
mod stats;

pub(crate) use hot_path::RAW;

struct Pool {
    scheduler: Scheduler,
    /// What the handler numbers of tasks stand for: text that only lib/ reads.
    handlers: Mutex<Vec<String>>,
}

/// Pools belong to the process, because their workers are other threads.
static POOLS: LazyLock<RwLock<HashMap<u32, Arc<Pool>>>> = LazyLock::new(RwLock::default);
static LAST_POOL: AtomicU32 = AtomicU32::new(0);

fn find(pool: u32) -> Option<Arc<Pool>> {
    let pools = POOLS.read().unwrap_or_else(PoisonError::into_inner);
    pools.get(&pool).cloned()
}

fn pool(number: u32) -> Result<Arc<Pool>> {
    find(number).ok_or_else(|| Error::from_reason("not an open pool"))
}

struct PortBell(Port);

impl Bell for PortBell {
    fn ring(&self) -> bool {
        self.0.notify()
    }
}

/// Ticks the scheduler on the I/O thread, which is started by the first task that needs it.
struct Watch {
    pool: Weak<Pool>,
    due: Arc<Notify>,
    running: AtomicBool,
}

impl Alarm for Watch {
    fn arm(&self) {
        if !self.running.swap(true, Ordering::SeqCst) {
            match threads::io() {
                Ok(io) => io.spawn(watch(self.pool.clone(), Arc::clone(&self.due))),
                Err(_) => self.running.store(false, Ordering::SeqCst), // the next arm tries again
            }
        }
        self.due.notify_one();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.due.notify_one(); // `watch` finds its pool gone
    }
}

async fn watch(pool: Weak<Pool>, due: Arc<Notify>) {
    loop {
        let Some(next) = pool
            .upgrade()
            .map(|pool| pool.scheduler.tick(Instant::now()))
        else {
            return;
        };
        match next {
            Some(next) => drop(tokio::time::timeout(next, due.notified()).await),
            None => due.notified().await,
        }
    }
}

/// Opens a pool whose completions ring `port`; it closes with that port.
#[napi]
pub fn pool_open(port: u32) -> Result<u32> {
    let owner = environment::port(port).ok_or_else(|| Error::from_reason("not an open port"))?;
    let number = LAST_POOL.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
    let pool = Arc::new_cyclic(|pool| {
        let watch = Watch {
            pool: Weak::clone(pool),
            due: Arc::default(),
            running: AtomicBool::new(false),
        };
        Pool {
            scheduler: Scheduler::new(Box::new(PortBell(owner.clone())), Box::new(watch)),
            handlers: Mutex::default(),
        }
    });
    let mut pools = POOLS.write().unwrap_or_else(PoisonError::into_inner);
    pools.insert(number, pool);
    drop(pools);
    owner.on_close(move || {
        let mut pools = POOLS.write().unwrap_or_else(PoisonError::into_inner);
        let closed = pools.remove(&number);
        drop(pools);
        if let Some(pool) = closed {
            pool.scheduler.close(Instant::now());
        }
    });
    Ok(number)
}

/// Gives text a number that every thread of the pool can look up.
#[napi]
pub fn pool_add_handler(pool_number: u32, definition: String) -> Result<u32> {
    let pool = pool(pool_number)?;
    let mut handlers = pool.handlers.lock().unwrap_or_else(PoisonError::into_inner);
    handlers.push(definition);
    u32::try_from(handlers.len() - 1).map_err(|_| Error::from_reason("too many handlers"))
}

/// The text of a handler number.
#[napi]
pub fn pool_handler(pool_number: u32, handler: u32) -> Result<Option<String>> {
    let pool = pool(pool_number)?;
    let handlers = pool.handlers.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(handlers.get(handler as usize).cloned())
}

/// Makes a seat for a worker that is about to start.
#[napi]
pub fn pool_add_seat(pool_number: u32) -> Result<u32> {
    Ok(pool(pool_number)?.scheduler.add_seat(Instant::now()))
}

/// What a worker left behind: tasks that are lost, held ones that want another seat, how many are queued again.
#[napi(object, object_from_js = false)]
pub struct BindingSeatGone {
    pub lost: Vec<u32>,
    pub unassigned: Vec<u32>,
    pub requeued: u32,
    pub came: bool,
}

/// The worker of a seat has exited.
#[napi]
pub fn pool_seat_gone(pool_number: u32, seat: u32) -> Result<BindingSeatGone> {
    let gone = pool(pool_number)?.scheduler.seat_gone(seat, Instant::now());
    Ok(BindingSeatGone {
        lost: gone.lost,
        unassigned: gone.unassigned,
        requeued: u32::try_from(gone.requeued).unwrap_or(u32::MAX),
        came: gone.came,
    })
}

/// Cancels a task: -2 if it had ended, -1 if it was removed before it started, else the seat that runs it.
#[napi]
pub fn pool_cancel(pool_number: u32, id: u32) -> Result<f64> {
    Ok(match pool(pool_number)?.scheduler.cancel(id) {
        Cancelled::Ended => -2.0,
        Cancelled::Removed => -1.0,
        Cancelled::Running(seat) => seat.into(),
    })
}

/// Takes out every task that has not started: their ids.
#[napi]
pub fn pool_drain_queued(pool_number: u32) -> Result<Vec<u32>> {
    Ok(pool(pool_number)?.scheduler.drain_queued(Instant::now()))
}

/// Closes a seat that has slept for `idle_ms`: true if its worker may be ended.
#[napi]
pub fn pool_retire(pool_number: u32, seat: u32, idle_ms: f64) -> Result<bool> {
    let idle = Duration::try_from_secs_f64(idle_ms / 1000.0).unwrap_or(Duration::MAX);
    Ok(pool(pool_number)?
        .scheduler
        .retire(seat, idle, Instant::now()))
}
