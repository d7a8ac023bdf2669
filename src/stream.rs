//! The binding of `ironloop/stream`: work of `ironloop_core::stream` on the CPU threads. Digests are in `digests`, the rest
//! is here.
//!
//! A chunk is copied when it is staged (the rule of bytes.rs), into memory that goes back and forth between this thread
//! and the job, so that nothing is allocated per chunk.

mod digests;

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ironloop_core::stream::{Broken, Deflater, Engine, Inflater, Progress, Work, Wrapper};

use crate::jobs::{self, JobError, JobResult, JobValue};
use crate::raw::{self, Call, Failure, Handle, Handles, Kind, Outcome, Reply, function};

pub(crate) const RAW: &[raw::Function] = &[
    function("digester", digests::digester),
    function("digestStage", digests::stage),
    function("digestRoom", digests::room),
    function("digestNow", digests::now),
    function("digestEnd", digests::end),
    function("digestClose", digests::close),
    function("deflater", deflater),
    function("inflater", inflater),
    function("stage", stage),
    function("run", run),
];

/// Memory beyond this is not kept for the next piece.
const MOST_KEPT: usize = 4 << 20;

/// The last byte of a job's value.
const HUNGRY: u8 = 0;
const FULL: u8 = 1;
const ENDED: u8 = 2;

struct Task {
    staged: Vec<u8>,
    shared: Arc<Shared>,
    /// What V8 is told that it takes.
    size: usize,
}

struct Shared {
    /// Locked for as long as a job runs.
    work: Mutex<Work>,
    /// What a job has emptied, to be staged into again.
    spare: Mutex<Vec<u8>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    static TASKS: RefCell<Handles<Task>> = const { Handles::new() };
}

static TASK: Kind = Kind {
    release: |handle| {
        let task = TASKS.try_with(|tasks| tasks.borrow_mut().remove(handle));
        task.ok().flatten().map_or(0, |task| task.size)
    },
};

fn missing() -> Failure {
    Failure::internal("not a task of this thread")
}

fn external(call: &Call, engine: Engine, size: usize) -> Outcome {
    let shared = Shared {
        work: Mutex::new(Work::new(engine)),
        spare: Mutex::default(),
    };
    let task = Task {
        staged: Vec::new(),
        shared: Arc::new(shared),
        size,
    };
    let handle = TASKS.with_borrow_mut(|tasks| tasks.insert(task));
    call.external(handle, size, &TASK)
}

fn wrapper(call: &Call, index: usize) -> Result<Wrapper, Failure> {
    Ok(match call.u32(index)? {
        0 => Wrapper::Raw,
        1 => Wrapper::Zlib,
        _ => Wrapper::Gzip,
    })
}

/// (wrapper: 0 none, 1 zlib, 2 gzip; level) -> external
fn deflater(call: &Call) -> Outcome {
    let deflater = Deflater::new(wrapper(call, 0)?, call.u32(1)?);
    external(call, Engine::Deflate(deflater), 300 << 10)
}

/// (wrapper) -> external
fn inflater(call: &Call) -> Outcome {
    let inflater = Inflater::new(wrapper(call, 0)?);
    external(call, Engine::Inflate(Box::new(inflater)), 50 << 10)
}

/// (task, bytes) -> how many bytes are staged for the next job
fn stage(call: &Call) -> Outcome {
    let (handle, bytes): (Handle, _) = (call.handle(0)?, call.bytes(1)?);
    TASKS.with_borrow_mut(|tasks| {
        let task = tasks.get_mut(handle).ok_or_else(missing)?;
        if task.staged.capacity() == 0 {
            task.staged = std::mem::take(&mut *locked(&task.shared.spare));
        }
        task.staged.extend_from_slice(bytes);
        Ok(task.staged.len().into())
    })
}

/// (task, port, id, last, full): goes on, with what is staged unless the last job was full; the output, and one byte that
/// says where it stands, is the job's value
fn run(call: &Call) -> Outcome {
    let (handle, last, full): (Handle, _, _) = (call.handle(0)?, call.bool(3)?, call.bool(4)?);
    let (shared, staged) = TASKS.with_borrow_mut(|tasks| {
        let task = tasks.get_mut(handle).ok_or_else(missing)?;
        let staged = if full {
            Vec::new()
        } else {
            std::mem::take(&mut task.staged)
        };
        Ok((Arc::clone(&task.shared), staged))
    })?;
    jobs::submit(call.u32(1)?, call.u32(2)?, move || {
        work(&shared, staged, last)
    })
    .map_err(|error| Failure::new("ERR_NATIVE_JOB_FAILED", error.reason.to_string()))?;
    Ok(Reply::Undefined)
}

fn work(shared: &Shared, mut staged: Vec<u8>, last: bool) -> JobResult {
    let mut out = Vec::new();
    let progress = locked(&shared.work).run(&mut staged, last, &mut out);
    if (1..=MOST_KEPT).contains(&staged.capacity()) {
        *locked(&shared.spare) = staged;
    }
    out.push(match progress.map_err(refused)? {
        Progress::Hungry => HUNGRY,
        Progress::Full => FULL,
        Progress::Ended => ENDED,
    });
    Ok(JobValue::Bytes(out))
}

fn refused(broken: Broken) -> JobError {
    let (code, message) = match broken {
        Broken::Corrupt(message) => ("Z_DATA_ERROR", message),
        Broken::Truncated => ("Z_BUF_ERROR", "unexpected end of file".into()),
    };
    JobError { code, message }
}
