//! A process handle whose spawn was refused, and which is being closed.
//!
//! From libuv 1.52 on `uv_spawn` takes such a handle out of the loop's queue (libuv #4980), but closing it takes it out
//! once more, by neighbours that may be others' or freed by then: the queue loses handles. Node closes it all the same.
//! Here it is put back, before anything else can happen to the queue. The layouts are of libuv's public headers, the
//! same in all of 1.x (proven by the feature `libuv-sys2`).

use std::ffi::{c_int, c_uint, c_ulong, c_void};
use std::ptr::NonNull;

use super::UvLoop;

/// `UV_PROCESS` of `uv_handle_type`.
pub(super) const UV_PROCESS: c_uint = 10;

/// `struct uv__queue`: a ring of links.
#[repr(C)]
pub(super) struct Link {
    next: *mut Link,
    prev: *mut Link,
}

/// The beginning of `uv_handle_t`.
#[repr(C)]
pub(super) struct HandleHead {
    data: *mut c_void,
    pub(super) uv_loop: *mut c_void,
    pub(super) kind: c_uint,
    close: Option<super::CloseCallback>,
    pub(super) link: Link,
}

/// The beginning of `uv_loop_t` on Unix.
#[repr(C)]
pub(super) struct LoopHead {
    data: *mut c_void,
    active_handles: c_uint,
    pub(super) handles: Link,
    active_requests: *mut c_void,
    internal: *mut c_void,
    stop: c_uint,
    flags: c_ulong,
    backend: c_int,
    pending: Link,
    watchers: Link,
    watcher_table: *mut c_void,
    watcher_count: c_uint,
    descriptor_count: c_uint,
    work: Link,
    work_mutex: libc::pthread_mutex_t,
    work_async: [u64; 16],
    cloexec_lock: libc::pthread_rwlock_t,
    pub(super) closing: *mut HandleHead,
}

/// Puts the handle that was closed last back into the loop's queue, if it is a process's and not in it.
///
/// # Safety
/// `uv_loop` is a live loop of the host, whose libuv is 1.52 or a later 1.x; the caller is on its thread, and since that
/// handle was spawned and closed nothing has happened to the loop.
pub unsafe fn relink_closing(uv_loop: NonNull<UvLoop>) {
    let uv_loop: *mut LoopHead = uv_loop.as_ptr().cast();
    // SAFETY: the loop is live and this is its thread (caller); its layout is libuv's.
    let handle = unsafe { (*uv_loop).closing };
    if handle.is_null() {
        return;
    }
    // SAFETY: what is listed as closing is live until its callback has run.
    let (kind, its_loop) = unsafe { handle.read() }.identity();
    if kind != UV_PROCESS || its_loop != uv_loop.cast() {
        return;
    }
    // SAFETY: the handle is live, see above; no reference to it is made.
    let link = unsafe { &raw mut (*handle).link };
    // SAFETY: the loop is live (caller); no reference to it is made.
    let head = unsafe { &raw mut (*uv_loop).handles };
    // SAFETY: the link is live.
    let before = unsafe { (*link).prev };
    // SAFETY: of a handle in the queue the neighbour is live; of one that was taken out just now it was and still is.
    if unsafe { (*before).next } == link {
        return;
    }
    // SAFETY: the head is live.
    let last = unsafe { (*head).prev };
    let linked = Link {
        next: head,
        prev: last,
    };
    // SAFETY: the link is live, and only this thread reads and writes it.
    unsafe { link.write(linked) };
    // SAFETY: the last link of a live queue is live; as above.
    unsafe { (*last).next = link };
    // SAFETY: as above.
    unsafe { (*head).prev = link };
}

impl HandleHead {
    fn identity(self) -> (c_uint, *mut c_void) {
        (self.kind, self.uv_loop)
    }
}
