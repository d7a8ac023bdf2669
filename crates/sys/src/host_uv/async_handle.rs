use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ffi::c_void;
use std::ptr::NonNull;

use super::{HostUv, UV_ASYNC, UvHandle, UvLoop};

/// What the handle carries: the callback, and what to do once libuv has let go of the memory.
struct Context {
    layout: Layout,
    on_wake: Box<dyn Fn()>,
    on_closed: Option<Box<dyn FnOnce()>>,
}

/// A `uv_async_t` on the host's loop, unref'd from the start. Belongs to the loop's thread.
///
/// Dropping it does nothing to libuv: the owner must [`close`](Self::close) it, which needs the loop to run once more.
pub struct AsyncHandle {
    uv: HostUv,
    handle: NonNull<UvHandle>,
}

/// The part of the handle that other threads may use.
pub struct AsyncSender {
    uv: HostUv,
    handle: NonNull<UvHandle>,
}

// SAFETY: uv_async_send is libuv's one thread-safe function, and it is the only one called through a sender. That the
// handle is not closed before its last sender is gone is upheld by the inbox: it drops the sender under the lock that
// posters take, before the handle is closed.
unsafe impl Send for AsyncSender {}

impl AsyncHandle {
    /// Creates the handle; `on_wake` runs on the loop's thread after each batch of sends.
    ///
    /// # Errors
    /// libuv's (negative) error number.
    ///
    /// # Safety
    /// `uv_loop` is a live loop of the host, and the caller is on its thread.
    pub unsafe fn new(
        uv: HostUv,
        uv_loop: NonNull<UvLoop>,
        on_wake: Box<dyn Fn()>,
    ) -> Result<Self, i32> {
        // SAFETY: UV_ASYNC is a valid handle type, for which libuv returns the size of its struct.
        let size = unsafe { (uv.handle_size)(UV_ASYNC) };
        let layout = Layout::from_size_align(size, align_of::<u128>()).map_err(|_| -1)?;
        // SAFETY: uv_async_t is not empty, so `layout` has a size above zero.
        let memory = unsafe { alloc_zeroed(layout) };
        let Some(handle) = NonNull::new(memory.cast::<UvHandle>()) else {
            handle_alloc_error(layout)
        };
        // SAFETY: the loop is live and ours (caller), the memory has the host's own size for this type.
        let status = unsafe { (uv.async_init)(uv_loop.as_ptr(), handle.as_ptr(), Some(on_async)) };
        if status != 0 {
            // SAFETY: uv_async_init failed, so libuv kept no pointer to the memory allocated above.
            unsafe { dealloc(memory, layout) };
            return Err(status);
        }
        let context = Box::new(Context {
            layout,
            on_wake,
            on_closed: None,
        });
        // SAFETY: the handle is initialised; its data field is the user's.
        unsafe { (uv.handle_set_data)(handle.as_ptr(), Box::into_raw(context).cast()) };
        // SAFETY: the handle is initialised and this is the loop's thread (caller).
        unsafe { (uv.unreference)(handle.as_ptr()) };
        Ok(Self { uv, handle })
    }

    /// The part that wakes the loop from any thread.
    #[must_use]
    pub fn sender(&self) -> AsyncSender {
        AsyncSender {
            uv: self.uv,
            handle: self.handle,
        }
    }

    /// Whether the handle keeps the loop alive.
    pub fn set_ref(&self, keep_alive: bool) {
        let change = if keep_alive {
            self.uv.reference
        } else {
            self.uv.unreference
        };
        // SAFETY: the handle is live until `close` consumes self; AsyncHandle is not Send, so this is its thread.
        unsafe { change(self.handle.as_ptr()) };
    }

    /// Closes the handle; `on_closed` runs on the loop's thread when libuv has let go of it. All senders must be gone.
    pub fn close(self, on_closed: Box<dyn FnOnce()>) {
        let context = context_of(self.uv, self.handle.as_ptr());
        // SAFETY: the context lives until `on_close`, and this is the loop's thread, so nothing else borrows it.
        let context = unsafe { &mut *context };
        context.on_closed = Some(on_closed);
        // SAFETY: the handle is live and not closing: `close` consumes the only AsyncHandle of it.
        unsafe { (self.uv.close)(self.handle.as_ptr(), Some(on_close)) };
    }
}

impl AsyncSender {
    /// Wakes the loop.
    pub fn send(&self) {
        // SAFETY: uv_async_send may be called from any thread while the handle is live (see the Send impl). It fails
        // only for a closing handle.
        unsafe { (self.uv.async_send)(self.handle.as_ptr()) };
    }
}

fn context_of(uv: HostUv, handle: *mut UvHandle) -> *mut Context {
    // SAFETY: every handle that reaches this file had its data set in `new`.
    let data: *mut c_void = unsafe { (uv.handle_get_data)(handle) };
    data.cast()
}

unsafe extern "C" fn on_async(handle: *mut UvHandle) {
    // SAFETY: libuv's public layout puts `void* data` first in every handle; it was set to the context in `new`
    // before the loop could call back, and the context lives until `on_close`.
    let context = unsafe { *handle.cast::<*const Context>() };
    // SAFETY: as above.
    let context = unsafe { &*context };
    (context.on_wake)();
}

unsafe extern "C" fn on_close(handle: *mut UvHandle) {
    // SAFETY: as in `on_async`; the handle's struct is still ours to read here.
    let context = unsafe { *handle.cast::<*mut Context>() };
    // SAFETY: the context came from Box::into_raw in `new`, and libuv calls back once per close.
    let mut context = unsafe { Box::from_raw(context) };
    // SAFETY: allocated in `new` with this layout; libuv has let go of it.
    unsafe { dealloc(handle.cast(), context.layout) };
    if let Some(on_closed) = context.on_closed.take() {
        on_closed();
    }
}
