use std::ffi::c_int;
use std::ptr::NonNull;
use std::rc::Rc;

use super::hook::{Memory, UV_CHECK};
use super::loop_functions::LoopUv;
use super::{UvHandle, UvLoop, symbol};

/// The functions that make a loop call back once it has handled its events.
#[derive(Clone, Copy)]
pub struct AfterEventsUv {
    uv: LoopUv,
    check_stop: unsafe extern "C" fn(*mut UvHandle) -> c_int,
}

impl AfterEventsUv {
    /// The functions, if the host has them.
    #[must_use]
    #[allow(
        clippy::missing_transmute_annotations,
        reason = "`symbol!` takes the type from the field, where it is written once"
    )]
    pub fn find(uv: LoopUv) -> Option<Self> {
        Some(Self {
            uv,
            check_stop: symbol!(c"uv_check_stop"),
        })
    }
}

struct Context {
    uv: AfterEventsUv,
    /// Let go of when libuv has let go of it.
    memory: Memory,
    on_asked: Box<dyn Fn()>,
}

/// A `uv_check_t`, unref'd, that runs only in turns in which it was asked for: after all events of the turn, before
/// `setImmediate` callbacks. Belongs to the loop's thread.
///
/// Dropping it closes it; its memory is freed when the loop has run once more.
pub struct AfterEvents {
    context: Rc<Context>,
}

impl AfterEvents {
    /// Runs `on_asked`, which does not unwind, once in each turn in which it was asked for.
    ///
    /// # Errors
    /// libuv's (negative) error number.
    ///
    /// # Safety
    /// `uv_loop` is a live loop of the host, the caller is on its thread, and drops this before it ends.
    pub unsafe fn open(
        uv: AfterEventsUv,
        uv_loop: NonNull<UvLoop>,
        on_asked: Box<dyn Fn()>,
    ) -> Result<Self, i32> {
        let memory = Memory::new(uv.uv, UV_CHECK)?;
        let handle = memory.handle();
        // SAFETY: the loop is live and ours (caller), the memory has the host's own size for this type.
        let status = unsafe { (uv.uv.check_init)(uv_loop.as_ptr(), handle) };
        if status != 0 {
            return Err(status); // libuv kept no pointer to the memory
        }
        let context = Rc::new(Context {
            uv,
            memory,
            on_asked,
        });
        // SAFETY: libuv's public layout puts `void* data`, which is the user's, first in every handle.
        unsafe {
            handle
                .cast::<*const Context>()
                .write(Rc::into_raw(Rc::clone(&context)))
        };
        // SAFETY: the handle is initialised.
        unsafe { (uv.uv.unreference)(handle) };
        Ok(Self { context })
    }

    /// Asks for it in this turn, or in the next if this turn's events have been handled; asking twice is asking once.
    pub fn ask(&self) {
        let Context { uv, memory, .. } = &*self.context;
        // SAFETY: initialised, not closing, on the loop's thread (the type is not Send). Fails only without a callback.
        unsafe { (uv.uv.check_start)(memory.handle(), Some(on_check)) };
    }
}

impl Drop for AfterEvents {
    fn drop(&mut self) {
        let Context { uv, memory, .. } = &*self.context;
        // SAFETY: live and not closing: this is its only owner, on the loop's thread (the type is not Send).
        unsafe { (uv.uv.close)(memory.handle(), Some(on_close)) };
    }
}

unsafe extern "C" fn on_check(handle: *mut UvHandle) {
    // SAFETY: the data was set to a context before the handle could call back, and is taken by `on_close` only.
    let context = unsafe { *handle.cast::<*const Context>() };
    // SAFETY: as above; the count is raised for the value below, for what is called may drop the owner.
    unsafe { Rc::increment_strong_count(context) };
    // SAFETY: the count was raised for it.
    let context = unsafe { Rc::from_raw(context) };
    // SAFETY: initialised, on the loop's thread; stopped before the call, which may ask again.
    unsafe { (context.uv.check_stop)(handle) };
    (context.on_asked)();
}

unsafe extern "C" fn on_close(handle: *mut UvHandle) {
    // SAFETY: as in `on_check`; the callback of a close comes once.
    let context = unsafe { *handle.cast::<*const Context>() };
    // SAFETY: it came from Rc::into_raw.
    drop(unsafe { Rc::from_raw(context) });
}
