//! The binding of `ironloop/pool`: pools by number, and the raw functions of their hot paths.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use ironloop_core::inbox::Port;
use ironloop_core::pool::{Alarm, Bell, Board, Cancelled, Histogram, Scheduler, Turn};
use napi::{Error, Result};
use napi_derive::napi;
use tokio::sync::Notify;

use crate::raw::shared_words::Words;
use crate::raw::{self, Call, Failure, Outcome, Reply};
use crate::{environment, threads};

pub(crate) const RAW: &[raw::Function] = &[
    raw::function("submit", submit),
    raw::function("attach", attach),
    raw::function("turn", turn),
    raw::function("start", start),
    raw::function("startTimer", start_timer),
    raw::function("isCancelled", is_cancelled),
    raw::function("pull", pull),
];

/// What `turn` returns for a seat that gets no more tasks; sizes needed are smaller numbers still.
const CLOSED: f64 = -1.0;

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

/// What a worker left behind: ids of tasks that are lost, and how many are queued again.
#[napi(object, object_from_js = false)]
pub struct BindingSeatGone {
    pub lost: Vec<u32>,
    pub requeued: u32,
    pub came: bool,
}

/// The worker of a seat has exited.
#[napi]
pub fn pool_seat_gone(pool_number: u32, seat: u32) -> Result<BindingSeatGone> {
    let gone = pool(pool_number)?.scheduler.seat_gone(seat, Instant::now());
    Ok(BindingSeatGone {
        lost: gone.lost,
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

/// Durations in milliseconds; `quantiles` are those that were asked for.
#[napi(object, object_from_js = false)]
pub struct BindingDurations {
    pub count: f64,
    pub mean: f64,
    pub deviation: f64,
    pub min: f64,
    pub max: f64,
    pub total: f64,
    pub quantiles: Vec<f64>,
}

/// What a pool measured.
#[napi(object, object_from_js = false)]
pub struct BindingPoolStats {
    pub queued: u32,
    pub held: u32,
    pub idle: u32,
    pub wait: BindingDurations,
    pub run: BindingDurations,
}

/// Queue, ledger and timings of a pool.
#[napi]
pub fn pool_stats(pool_number: u32, quantiles: Vec<f64>) -> Result<BindingPoolStats> {
    let pool = pool(pool_number)?;
    let (wait, run) = pool.scheduler.timings(|timings| {
        let wait = durations(&timings.wait, &quantiles);
        (wait, durations(&timings.run, &quantiles))
    });
    Ok(BindingPoolStats {
        queued: u32::try_from(pool.scheduler.queued()).unwrap_or(u32::MAX),
        held: u32::try_from(pool.scheduler.held()).unwrap_or(u32::MAX),
        idle: u32::try_from(pool.scheduler.idle()).unwrap_or(u32::MAX),
        wait,
        run,
    })
}

/// Forgets the wait times, or the run times, measured so far.
#[napi]
pub fn pool_reset_timings(pool_number: u32, wait: bool) -> Result<()> {
    pool(pool_number)?.scheduler.timings(|timings| {
        if wait {
            timings.wait = Histogram::default();
        } else {
            timings.run = Histogram::default();
        }
    });
    Ok(())
}

fn durations(histogram: &Histogram, quantiles: &[f64]) -> BindingDurations {
    let ms = |nanos: f64| nanos / 1e6;
    let summary = histogram.summary();
    BindingDurations {
        count: summary.count as f64,
        mean: ms(summary.mean),
        deviation: ms(summary.deviation),
        min: ms(summary.min as f64),
        max: ms(summary.max as f64),
        total: ms(histogram.total() as f64),
        quantiles: quantiles
            .iter()
            .map(|quantile| ms(histogram.quantile(*quantile) as f64))
            .collect(),
    }
}

fn of_call(call: &Call) -> std::result::Result<Option<Arc<Pool>>, Failure> {
    Ok(find(call.u32(0)?))
}

fn prefix<'call>(
    call: &'call Call,
    bytes: usize,
    used: usize,
) -> std::result::Result<&'call [u8], Failure> {
    let all = call.bytes(bytes)?;
    all.get(..call.usize(used)?)
        .ok_or_else(|| Failure::internal("an arena is longer than its buffer"))
}

/// (pool, arena, used): queues the tasks of an arena
fn submit(call: &Call) -> Outcome {
    let pool = of_call(call)?.ok_or_else(|| Failure::internal("not an open pool"))?;
    pool.scheduler
        .submit(prefix(call, 1, 2)?, Instant::now())
        .map_err(|malformed| Failure::internal(malformed.to_string()))?;
    Ok(Reply::Undefined)
}

impl Words for Board {
    fn words(&self) -> &[AtomicU32] {
        Board::words(self)
    }
}

/// (pool, seat, port) -> board; undefined where memory cannot be shared, false if the seat or pool is gone
fn attach(call: &Call) -> Outcome {
    let port =
        environment::port(call.u32(2)?).ok_or_else(|| Failure::internal("not an open port"))?;
    let Some(pool) = of_call(call)? else {
        return Ok(Reply::Bool(false));
    };
    match pool
        .scheduler
        .attach(call.u32(1)?, Arc::new(PortBell(port)))
    {
        Some(board) => call.shared_words(board),
        None => Ok(Reply::Bool(false)),
    }
}

/// (pool, seat, report, used, start, out) -> bytes claimed, CLOSED, or minus the size that `out` should have
fn turn(call: &Call) -> Outcome {
    let Some(pool) = of_call(call)? else {
        return Ok(Reply::Number(CLOSED));
    };
    let report = prefix(call, 2, 3)?;
    let out = call.bytes_mut(5)?;
    let turn = pool
        .scheduler
        .turn(call.u32(1)?, report, call.bool(4)?, out, Instant::now())
        .map_err(|malformed| Failure::internal(malformed.to_string()))?;
    Ok(match turn {
        Turn::Claimed { bytes } => bytes.into(),
        Turn::Nothing => 0.into(),
        Turn::Need(size) => Reply::Number(-(size as f64)),
        Turn::Closed => Reply::Number(CLOSED),
    })
}

fn board_of(call: &Call) -> std::result::Result<Option<Arc<Board>>, Failure> {
    let seat = call.u32(1)?;
    Ok(of_call(call)?.and_then(|pool| pool.scheduler.board(seat)))
}

/// (pool, seat, position) -> whether the task is the worker's to run; for hosts without a shared board
fn start(call: &Call) -> Outcome {
    let position = call.usize(2)?;
    Ok(Reply::Bool(
        board_of(call)?.is_some_and(|board| board.start(position)),
    ))
}

/// (pool, seat, position) -> whether a running task is not wanted any more; for hosts without a shared board
fn is_cancelled(call: &Call) -> Outcome {
    let position = call.usize(2)?;
    Ok(Reply::Bool(
        board_of(call)?.is_some_and(|board| board.is_cancelled(position)),
    ))
}

/// (pool, seat, position): the task's timeout runs from now
fn start_timer(call: &Call) -> Outcome {
    if let Some(pool) = of_call(call)? {
        pool.scheduler
            .start_timer(call.u32(1)?, call.usize(2)?, Instant::now());
    }
    Ok(Reply::Undefined)
}

/// (pool, out) -> bytes of completions, or minus the size that `out` should have
fn pull(call: &Call) -> Outcome {
    let Some(pool) = of_call(call)? else {
        return Ok(0.into());
    };
    Ok(match pool.scheduler.pull(call.bytes_mut(1)?) {
        Ok(bytes) => bytes.into(),
        Err(size) => Reply::Number(-(size as f64)),
    })
}
