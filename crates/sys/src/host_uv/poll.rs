use std::ffi::{c_int, c_uint};
use std::os::fd::AsRawFd;
use std::ptr::NonNull;
use std::rc::Rc;

use super::hook::Memory;
use super::loop_functions::LoopUv;
use super::{UvHandle, UvLoop, symbol};
use crate::timer_descriptor::TimerDescriptor;

/// `UV_POLL` of `uv_handle_type`.
pub(super) const UV_POLL: c_uint = 8;
/// Of `uv_poll_event`.
pub(super) const UV_READABLE: c_int = 1;

pub(crate) type PollCallback = unsafe extern "C" fn(*mut UvHandle, c_int, c_int);

/// The functions that make a loop poll a descriptor.
#[derive(Clone, Copy)]
pub struct PollUv {
    uv: LoopUv,
    poll_init: unsafe extern "C" fn(*mut UvLoop, *mut UvHandle, c_int) -> c_int,
    poll_start: unsafe extern "C" fn(*mut UvHandle, c_int, Option<PollCallback>) -> c_int,
}

impl PollUv {
    /// The functions, if the host has them.
    #[must_use]
    #[allow(
        clippy::missing_transmute_annotations,
        reason = "`symbol!` takes the type from the field, where it is written once"
    )]
    pub fn find(uv: LoopUv) -> Option<Self> {
        Some(Self {
            uv,
            poll_init: symbol!(c"uv_poll_init"),
            poll_start: symbol!(c"uv_poll_start"),
        })
    }
}

struct Context {
    uv: LoopUv,
    memory: Memory,
    /// Closed when libuv has let go of it.
    timer: TimerDescriptor,
    on_due: Box<dyn Fn(&TimerDescriptor)>,
}

/// A timer that a loop itself is woken by: a `uv_poll_t` over a [`TimerDescriptor`], unref'd. Belongs to the loop's thread.
///
/// Dropping it closes it; its memory is freed when the loop has run once more.
pub struct LoopTimer {
    context: Rc<Context>,
}

impl LoopTimer {
    /// Runs `on_due`, which does not unwind, in every turn in which the timer is due: it sets it anew, or clears it.
    ///
    /// # Errors
    /// libuv's (negative) error number.
    ///
    /// # Safety
    /// `uv_loop` is a live loop of the host, the caller is on its thread, and drops the timer before it ends.
    pub unsafe fn start(
        uv: PollUv,
        uv_loop: NonNull<UvLoop>,
        timer: TimerDescriptor,
        on_due: Box<dyn Fn(&TimerDescriptor)>,
    ) -> Result<Self, i32> {
        let memory = Memory::new(uv.uv, UV_POLL)?;
        let (handle, descriptor) = (memory.handle(), timer.as_raw_fd());
        let context = Rc::new(Context {
            uv: uv.uv,
            memory,
            timer,
            on_due,
        });
        // SAFETY: the loop is live and ours (caller), the memory has the host's own size for this type, and the descriptor
        // is open until libuv lets go of the handle, whose data holds the context.
        let status = unsafe { (uv.poll_init)(uv_loop.as_ptr(), handle, descriptor) };
        if status != 0 {
            return Err(status); // libuv kept no pointer to the memory
        }
        // SAFETY: libuv's public layout puts `void* data`, which is the user's, first in every handle.
        unsafe {
            handle
                .cast::<*const Context>()
                .write(Rc::into_raw(Rc::clone(&context)))
        };
        let this = Self { context };
        // SAFETY: the handle is initialised and its data set.
        let status = unsafe { (uv.poll_start)(handle, UV_READABLE, Some(on_poll)) };
        if status != 0 {
            return Err(status); // dropped, and so closed
        }
        // SAFETY: as above.
        unsafe { (uv.uv.unreference)(handle) };
        Ok(this)
    }

    /// The timer, to be set.
    #[must_use]
    pub fn timer(&self) -> &TimerDescriptor {
        &self.context.timer
    }
}

impl Drop for LoopTimer {
    fn drop(&mut self) {
        let handle = self.context.memory.handle();
        // SAFETY: live and not closing: this is its only owner, on the loop's thread (the type is not Send).
        unsafe { (self.context.uv.close)(handle, Some(on_close)) };
    }
}

unsafe extern "C" fn on_poll(handle: *mut UvHandle, _status: c_int, _events: c_int) {
    // SAFETY: the data was set to a context before the handle could call back, and is taken by `on_close` only.
    let context = unsafe { *handle.cast::<*const Context>() };
    // SAFETY: as above; the count is raised for the value below, for what is called may drop the owner.
    unsafe { Rc::increment_strong_count(context) };
    // SAFETY: the count was raised for it.
    let context = unsafe { Rc::from_raw(context) };
    (context.on_due)(&context.timer);
}

unsafe extern "C" fn on_close(handle: *mut UvHandle) {
    // SAFETY: as in `on_poll`; the callback of a close comes once.
    let context = unsafe { *handle.cast::<*const Context>() };
    // SAFETY: it came from Rc::into_raw.
    drop(unsafe { Rc::from_raw(context) });
}
