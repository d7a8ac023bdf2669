//! Digests of streams. One CPU thread at a time reads what this thread stages, and goes on by itself while there is more.

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

use ironloop_core::stream::{Digest, Feed, Step};

use super::{locked, missing};
use crate::jobs::{self, JobValue, Reporter};
use crate::raw::{Call, Failure, Handle, Handles, Kind, Outcome, Reply};
use crate::threads::{self, CpuThreads};

/// What V8 is told that a digest takes.
const SIZE: usize = 2 << 10;

struct Hash {
    feed: Feed<Reporter>,
    /// Locked for as long as it is read for.
    digest: Mutex<Digest>,
}

thread_local! {
    static HASHES: RefCell<Handles<Arc<Hash>>> = const { Handles::new() };
}

static HASH: Kind = Kind {
    release: |handle| {
        let hash = HASHES.try_with(|hashes| hashes.borrow_mut().remove(handle));
        hash.ok().flatten().map_or(0, |hash| {
            hash.close();
            SIZE
        })
    },
};

fn hash(call: &Call) -> Result<Arc<Hash>, Failure> {
    let handle: Handle = call.handle(0)?;
    HASHES.with_borrow(|hashes| hashes.get(handle).cloned().ok_or_else(missing))
}

fn reporter(call: &Call) -> Result<Reporter, Failure> {
    jobs::reporter(call.u32(1)?, call.u32(2)?).map_err(failed)
}

fn failed(error: impl ToString) -> Failure {
    Failure::new("ERR_NATIVE_JOB_FAILED", error.to_string())
}

/// (algorithm) -> external
pub(super) fn digester(call: &Call) -> Outcome {
    let digest = Digest::named(&call.string(0)?);
    let digest = digest.ok_or_else(|| Failure::internal("not an algorithm of this table"))?;
    let hash = Hash {
        feed: Feed::default(),
        digest: Mutex::new(digest),
    };
    let handle = HASHES.with_borrow_mut(|hashes| hashes.insert(Arc::new(hash)));
    call.external(handle, SIZE, &HASH)
}

/// (hash, bytes) -> whether there is room for more
pub(super) fn stage(call: &Call) -> Outcome {
    let (hash, bytes) = (hash(call)?, call.bytes(1)?);
    let staged = hash.feed.stage(bytes);
    if staged.needs_reader {
        hash.start()?;
    }
    Ok(Reply::Bool(!staged.is_full))
}

/// (hash, port, id): a job that is done when there is room
pub(super) fn room(call: &Call) -> Outcome {
    let word = hash(call)?.feed.want_room(reporter(call)?);
    word.into_iter().for_each(dismiss);
    Ok(Reply::Undefined)
}

/// (hash, out) -> the digest's length, or 0 where it is to be waited for
pub(super) fn now(call: &Call) -> Outcome {
    let (hash, out) = (hash(call)?, call.bytes_mut(1)?);
    let Some(rest) = hash.feed.take_rest() else {
        return Ok(0.into());
    };
    let mut digest = locked(&hash.digest);
    digest.update(&rest);
    let digest = digest.finish();
    (out.get_mut(..digest.len()).ok_or_else(missing)?).copy_from_slice(&digest);
    Ok(digest.len().into())
}

/// (hash, port, id): a job whose value is the digest
pub(super) fn end(call: &Call) -> Outcome {
    let hash = hash(call)?;
    match hash.feed.end(reporter(call)?) {
        Ok(true) => hash.start()?,
        Ok(false) => {}
        Err(word) => dismiss(word),
    }
    Ok(Reply::Undefined)
}

/// (hash): what is staged is dropped, who waits is told
pub(super) fn close(call: &Call) -> Outcome {
    hash(call)?.close();
    Ok(Reply::Undefined)
}

/// Says no more than that there is nothing to wait for.
fn dismiss(word: Reporter) {
    word.answer(Ok(JobValue::Number(0.0)));
}

impl Hash {
    fn close(&self) {
        self.feed.close().for_each(dismiss);
    }

    fn start(self: &Arc<Self>) -> Result<(), Failure> {
        let reader = Reader(Arc::clone(self));
        match threads::cpu() {
            Ok(cpu) => {
                reader.queue(cpu, Vec::new());
                Ok(())
            }
            Err(error) => {
                // Words that are dropped report a failure.
                self.feed.close().for_each(drop);
                Err(failed(error))
            }
        }
    }
}

/// The one that reads for a feed. If it panics, who waits hears of a job that failed.
struct Reader(Arc<Hash>);

impl Reader {
    fn queue(self, cpu: CpuThreads, emptied: Vec<u8>) {
        let next = cpu.clone();
        cpu.submit(move || self.read(next, emptied));
    }

    /// Other jobs wait for one piece at most.
    fn read(self, cpu: CpuThreads, mut emptied: Vec<u8>) {
        loop {
            match self.0.feed.next(emptied) {
                Step::Rest => return,
                Step::Last { piece, end } => {
                    let mut digest = locked(&self.0.digest);
                    digest.update(&piece);
                    return end.answer(Ok(JobValue::Bytes(digest.finish())));
                }
                Step::Read { piece, room } => {
                    room.into_iter().for_each(dismiss);
                    locked(&self.0.digest).update(&piece);
                    emptied = piece;
                }
            }
            if cpu.has_waiting() {
                return self.queue(cpu, emptied);
            }
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.feed.close().for_each(drop);
        }
    }
}
