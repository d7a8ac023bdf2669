//! The threads that take stacks: workers of lib/ that are asked while the loop they look at is blocked.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ironloop_core::inbox::Mailbox;
use ironloop_core::numbered::Numbered;
use ironloop_core::watchdog::Trace;
use napi::{Error, Result};
use napi_derive::napi;

use super::watchdog;
use crate::environment;

struct Capturer {
    id: u32,
    /// The thread for which it was started; it serves others that have none.
    of: u32,
    asked: Arc<Mailbox<Asked>>,
}

#[derive(Clone, Copy)]
enum Asked {
    Take { block: u32, thread: u32 },
    Release { block: u32 },
}

static LAST: AtomicU32 = AtomicU32::new(1);
/// Threads whose stacks cannot be taken, and why.
static REFUSED: Mutex<Option<Numbered<String>>> = Mutex::new(None);
static CAPTURERS: Mutex<Vec<Capturer>> = Mutex::new(Vec::new());

fn capturers() -> MutexGuard<'static, Vec<Capturer>> {
    CAPTURERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks for the stack of a thread; the answer is `loop_captured`.
pub(super) fn ask(thread: u32, block: u32) {
    let refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
    let refused = refused.as_ref().and_then(|all| all.get(&thread).cloned());
    let refusal = refused.or_else(|| {
        let all = capturers();
        let own = all.iter().find(|one| one.of == thread);
        let taker = own.or_else(|| all.first());
        let heard = taker.is_some_and(|one| one.asked.post(Asked::Take { block, thread }));
        (!heard).then(|| "the thread that takes stacks does not run".to_owned())
    });
    if let Some(why) = refusal {
        watchdog().captured(block, Err(why));
    }
}

/// The block is over before its stack was taken.
pub(super) fn release(block: u32) {
    for one in capturers().iter() {
        one.asked.post(Asked::Release { block });
    }
}

/// What a worker that takes stacks is asked.
#[napi(object, object_from_js = false)]
pub struct BindingAsked {
    pub block: u32,
    pub thread_id: u32,
    /// The block is over.
    pub release: bool,
}

/// Makes `port` the one that is asked for stacks of `thread`. Returns by which number it takes what it is asked.
#[napi]
pub fn loop_open_capture(port: u32, thread: u32) -> Result<u32> {
    let bell = environment::port(port).ok_or_else(|| Error::from_reason("not an open port"))?;
    let asked = Arc::new(Mailbox::new(bell.clone()));
    let id = LAST.fetch_add(1, Ordering::Relaxed);
    capturers().push(Capturer {
        id,
        of: thread,
        asked,
    });
    bell.on_close(move || capturers().retain(|one| one.id != id));
    Ok(id)
}

/// Whether a thread runs that takes stacks.
#[napi]
pub fn loop_can_capture() -> bool {
    !capturers().is_empty()
}

/// Stacks of `thread` are not to be taken now, and why; or they are again.
#[napi]
pub fn loop_refuse_capture(thread: u32, reason: Option<String>) {
    let mut refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
    let refused = refused.get_or_insert_default();
    match reason {
        Some(reason) => refused.insert(thread, reason),
        None => refused.remove(&thread),
    };
}

/// What the taker of stacks with this number is asked, oldest first.
#[napi]
pub fn loop_take_asked(id: u32) -> Vec<BindingAsked> {
    let asked = capturers()
        .iter()
        .find(|one| one.id == id)
        .map(|one| Arc::clone(&one.asked));
    let taken = asked.map(|asked| asked.take(64)).unwrap_or_default();
    let convert = |asked| match asked {
        Asked::Take { block, thread } => BindingAsked {
            block,
            thread_id: thread,
            release: false,
        },
        Asked::Release { block } => BindingAsked {
            block,
            thread_id: 0,
            release: true,
        },
    };
    taken.into_iter().map(convert).collect()
}

/// The thread is about to be asked for its stack.
#[napi]
pub fn loop_asking(block: u32) {
    watchdog().asked(block);
}

/// The thread has told its stack, `ago_ns` nanoseconds before this call. False if that was not in the turn that the stack
/// is wanted of.
#[napi]
pub fn loop_answered(block: u32, ago_ns: f64) -> bool {
    watchdog().answered(block, ago_ns as u64)
}

/// The stack of a block, or why there is none.
#[napi]
pub fn loop_captured(
    block: u32,
    text: Option<String>,
    frames: Option<String>,
    reason: Option<String>,
) {
    let stack = match text.zip(frames) {
        Some((text, frames)) => Ok(Trace { text, frames }),
        None => Err(reason.unwrap_or_default()),
    };
    watchdog().captured(block, stack);
}
