use std::ffi::{c_int, c_uint};
use std::os::fd::AsRawFd;
use std::ptr::NonNull;
use std::rc::Rc;

use super::hook::Memory;
use super::loop_functions::LoopUv;
use super::{UvHandle, UvLoop, symbol};

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

struct Context<D> {
    uv: LoopUv,
    memory: Memory,
    /// Let go of when libuv has let go of it.
    descriptor: D,
    on_readable: Box<dyn Fn(&D)>,
}

/// A descriptor that a loop itself is woken by: a `uv_poll_t` over it, unref'd. Belongs to the loop's thread.
///
/// Dropping it closes it; its memory is freed when the loop has run once more.
pub struct LoopPoll<D: AsRawFd + 'static> {
    context: Rc<Context<D>>,
}

impl<D: AsRawFd + 'static> LoopPoll<D> {
    /// Runs `on_readable`, which does not unwind, in every turn in which the descriptor is readable.
    ///
    /// # Errors
    /// libuv's (negative) error number.
    ///
    /// # Safety
    /// `uv_loop` is a live loop of the host, the caller is on its thread, and drops this before it ends.
    pub unsafe fn start(
        uv: PollUv,
        uv_loop: NonNull<UvLoop>,
        descriptor: D,
        on_readable: Box<dyn Fn(&D)>,
    ) -> Result<Self, i32> {
        let memory = Memory::new(uv.uv, UV_POLL)?;
        let (handle, number) = (memory.handle(), descriptor.as_raw_fd());
        let context = Rc::new(Context {
            uv: uv.uv,
            memory,
            descriptor,
            on_readable,
        });
        // SAFETY: the loop is live and ours (caller), the memory has the host's own size for this type, and the descriptor
        // is open until libuv lets go of the handle, whose data holds the context.
        let status = unsafe { (uv.poll_init)(uv_loop.as_ptr(), handle, number) };
        if status != 0 {
            return Err(status); // libuv kept no pointer to the memory
        }
        // SAFETY: libuv's public layout puts `void* data`, which is the user's, first in every handle.
        unsafe {
            handle
                .cast::<*const Context<D>>()
                .write(Rc::into_raw(Rc::clone(&context)))
        };
        let this = Self { context };
        // SAFETY: the handle is initialised and its data set.
        let status = unsafe { (uv.poll_start)(handle, UV_READABLE, Some(on_poll::<D>)) };
        if status != 0 {
            return Err(status); // dropped, and so closed
        }
        // SAFETY: as above.
        unsafe { (uv.uv.unreference)(handle) };
        Ok(this)
    }

    /// What is polled.
    #[must_use]
    pub fn descriptor(&self) -> &D {
        &self.context.descriptor
    }
}

impl<D: AsRawFd + 'static> Drop for LoopPoll<D> {
    fn drop(&mut self) {
        let handle = self.context.memory.handle();
        // SAFETY: live and not closing: this is its only owner, on the loop's thread (the type is not Send).
        unsafe { (self.context.uv.close)(handle, Some(on_close::<D>)) };
    }
}

unsafe extern "C" fn on_poll<D>(handle: *mut UvHandle, _status: c_int, _events: c_int) {
    // SAFETY: the data was set to a context before the handle could call back, and is taken by `on_close` only.
    let context = unsafe { *handle.cast::<*const Context<D>>() };
    // SAFETY: as above; the count is raised for the value below, for what is called may drop the owner.
    unsafe { Rc::increment_strong_count(context) };
    // SAFETY: the count was raised for it.
    let context = unsafe { Rc::from_raw(context) };
    (context.on_readable)(&context.descriptor);
}

unsafe extern "C" fn on_close<D>(handle: *mut UvHandle) {
    // SAFETY: as in `on_poll`; the callback of a close comes once.
    let context = unsafe { *handle.cast::<*const Context<D>>() };
    // SAFETY: it came from Rc::into_raw.
    drop(unsafe { Rc::from_raw(context) });
}
