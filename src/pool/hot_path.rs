//! The raw functions of a pool: each is called once per batch.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Instant;

use ironloop_core::pool::{Board, Page, Turn};

use super::{Pool, PortBell, find};
use crate::raw::shared_words::Words;
use crate::raw::{self, Call, Failure, Outcome, Reply};
use crate::{environment, news};

pub(crate) const RAW: &[raw::Function] = &[
    raw::function("submit", submit),
    raw::function("attach", attach),
    raw::function("page", page),
    raw::function("turn", turn),
    raw::function("start", start),
    raw::function("startTimer", start_timer),
    raw::function("isCancelled", is_cancelled),
    raw::function("pull", pull),
    raw::function("assign", assign),
    raw::function("reserve", reserve),
    raw::function("seatOfKey", seat_of_key),
    raw::function("ring", ring),
    raw::function("watch", watch),
    raw::function("grant", grant),
    raw::function("leave", leave),
    raw::function("usage", usage),
];

/// What `turn` returns for a seat that gets no more tasks; sizes needed are smaller numbers still.
const CLOSED: f64 = -1.0;

fn of_call(call: &Call) -> Result<Option<Arc<Pool>>, Failure> {
    Ok(find(call.u32(0)?))
}

fn prefix(call: &Call, bytes: usize, used: usize) -> Result<&[u8], Failure> {
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
        .attach(call.u32(1)?, Arc::new(PortBell(port.clone())))
    {
        Some(board) => {
            let (number, thread) = (call.u32(0)?, environment::thread());
            news::worker("$ironloop.pool.started", thread, number);
            port.on_close(move || news::worker("$ironloop.pool.exited", thread, number));
            call.shared_words(board)
        }
        None => Ok(Reply::Bool(false)),
    }
}

impl Words for Page {
    fn words(&self) -> &[AtomicU32] {
        Page::words(self)
    }
}

/// (pool, seat) -> the page for reports; undefined where memory cannot be shared
fn page(call: &Call) -> Outcome {
    let seat = call.u32(1)?;
    match of_call(call)?.and_then(|pool| pool.scheduler.page(seat)) {
        Some(page) => call.shared_words(page),
        None => Ok(Reply::Undefined),
    }
}

/// (pool, seat, report, used, start, out) -> bytes claimed, CLOSED, or minus the size that `out` should have
fn turn(call: &Call) -> Outcome {
    let Some(pool) = of_call(call)? else {
        return Ok(Reply::Number(CLOSED));
    };
    let report = prefix(call, 2, 3)?;
    news::task_progress(report);
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

fn board_of(call: &Call) -> Result<Option<Arc<Board>>, Failure> {
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

/// (pool, id, seat) -> whether the seat took the held task
fn assign(call: &Call) -> Outcome {
    let (id, seat) = (call.u32(1)?, call.u32(2)?);
    Ok(Reply::Bool(
        of_call(call)?.is_some_and(|pool| pool.scheduler.assign(id, seat)),
    ))
}

/// (pool, room) -> a seat that a pinned task will be submitted for: one that sleeps or has fewer tasks than `room`; or -1
fn reserve(call: &Call) -> Outcome {
    let room = call.usize(1)?;
    let seat = of_call(call)?.and_then(|pool| pool.scheduler.reserve(room));
    Ok(Reply::Number(seat.map_or(-1.0, f64::from)))
}

/// (pool, hash of an affinity key) -> the seat that runs its tasks, or -1
fn seat_of_key(call: &Call) -> Outcome {
    let key = call.u32(1)?;
    let seat = of_call(call)?.and_then(|pool| pool.scheduler.seat_of_key(key));
    Ok(Reply::Number(seat.map_or(-1.0, f64::from)))
}

/// (pool): a thread has published what it does not hand in yet
fn watch(call: &Call) -> Outcome {
    if let Some(pool) = of_call(call)? {
        pool.scheduler.watch();
    }
    Ok(Reply::Undefined)
}

/// (pool, seat): something for it is in its MessagePort
fn ring(call: &Call) -> Outcome {
    if let Some(pool) = of_call(call)? {
        pool.scheduler.ring(call.u32(1)?);
    }
    Ok(Reply::Undefined)
}

/// (pool, id, count): the consumer of a task's items has taken more
fn grant(call: &Call) -> Outcome {
    if let Some(pool) = of_call(call)? {
        pool.scheduler.grant(call.u32(1)?, call.u32(2)?);
    }
    Ok(Reply::Undefined)
}

/// (pool, seat) -> whether the seat, which gets no more tasks, holds none
fn leave(call: &Call) -> Outcome {
    let seat = call.u32(1)?;
    Ok(Reply::Bool(of_call(call)?.is_none_or(|pool| {
        pool.scheduler.leave(seat, Instant::now())
    })))
}

/// (pool, seat) -> how many tasks it has claimed or runs
fn usage(call: &Call) -> Outcome {
    let seat = call.u32(1)?;
    Ok(of_call(call)?
        .map_or(0, |pool| pool.scheduler.held_by(seat))
        .into())
}
