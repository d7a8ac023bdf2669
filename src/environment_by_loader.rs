//! The way back into JavaScript in WASM: the loader is told that a port rings, and asks for the ports in a later turn.
//!
//! One instance has one thread, and belongs to one environment of JavaScript.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::sync::Arc;

use ironloop_core::inbox::{Inbox, Port, Wake};
use napi_derive::napi;

use crate::raw::{self, Call, Outcome, Reply};

pub(crate) const RAW: &[raw::Function] = &[
    raw::function("holdLoop", hold_loop),
    raw::function("nextRinging", next_ringing),
    raw::function("ringAgain", ring_again),
    raw::function("endDrain", end_drain),
];

#[link(wasm_import_module = "ironloop")]
unsafe extern "C" {
    safe fn wake();
}

struct Loader;

impl Wake for Loader {
    fn wake(&self) {
        wake();
    }
}

thread_local! {
    static INBOX: Arc<Inbox> = Inbox::new(Box::new(Loader));
    static OPEN: RefCell<HashSet<u32>> = RefCell::default();
    static LAST_ROUTER: Cell<u32> = const { Cell::new(0) };
}

/// The open port with this id.
pub(crate) fn port(id: u32) -> Option<Port> {
    INBOX.with(|inbox| inbox.port(id))
}

/// The number of one more loaded copy of lib/; the loader keeps its router.
#[napi]
pub fn attach_router() -> u32 {
    LAST_ROUTER.set(LAST_ROUTER.get() + 1);
    LAST_ROUTER.get()
}

/// Opens a port.
#[napi]
pub fn open_port() -> u32 {
    let id = INBOX.with(|inbox| inbox.open_port().id());
    OPEN.with_borrow_mut(|open| open.insert(id));
    id
}

/// Closes a port: its native side is told, its news discarded.
#[napi]
pub fn close_port(port: u32) {
    OPEN.with_borrow_mut(|open| open.remove(&port));
    INBOX.with(|inbox| inbox.close_port(port));
}

/// What wakes JavaScript.
#[napi]
pub fn wake_kind() -> &'static str {
    "immediate"
}

/// How many ports are open; leak tests look at it.
#[napi]
pub fn count_ports() -> u32 {
    OPEN.with_borrow(|open| u32::try_from(open.len()).unwrap_or(u32::MAX))
}

/// (router, whether to stay alive): a turn that was asked for keeps the loop alive by itself
fn hold_loop(_call: &Call) -> Outcome {
    Ok(Reply::Undefined)
}

/// () -> the next port that has news, or -1
fn next_ringing(_call: &Call) -> Outcome {
    let next = INBOX.with(|inbox| inbox.next_ringing());
    Ok(Reply::Number(next.map_or(-1.0, f64::from)))
}

/// (port): has more than one turn may deliver
fn ring_again(call: &Call) -> Outcome {
    if let Some(port) = port(call.u32(0)?) {
        port.notify();
    }
    Ok(Reply::Undefined)
}

/// (): ports that ring from here on wake JavaScript again
fn end_drain(_call: &Call) -> Outcome {
    INBOX.with(|inbox| inbox.end_drain());
    Ok(Reply::Undefined)
}
