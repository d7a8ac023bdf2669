use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::cell::Cell;
use std::ffi::c_uint;
use std::ptr::NonNull;

use super::loop_functions::LoopUv;
use super::{UvHandle, UvLoop};

/// `UV_CHECK`, `UV_IDLE` and `UV_PREPARE` of `uv_handle_type`.
pub(super) const UV_CHECK: c_uint = 2;
pub(super) const UV_IDLE: c_uint = 6;
pub(super) const UV_PREPARE: c_uint = 9;

/// Where in a turn of the loop a hook runs.
pub enum Place {
    /// Just before the loop waits for events.
    Prepare,
    /// Just after it has handled them, before `setImmediate` callbacks; the function runs after them: a handle that is
    /// closed in the check phase is told so when that is over.
    Check(Box<dyn Fn()>),
}

/// Memory for a handle, of the size that the host says.
pub(super) struct Memory {
    handle: NonNull<UvHandle>,
    layout: Layout,
}

/// Lives until libuv has let go of the hook's handle, and of the one that tells of the end of a phase.
struct Context {
    uv: LoopUv,
    uv_loop: NonNull<UvLoop>,
    memory: Memory,
    on_turn: Box<dyn Fn()>,
    after: Option<After>,
    /// The hook's handle is closed.
    closed: Cell<bool>,
}

/// What tells of the end of a phase.
struct After {
    memory: Memory,
    on_over: Box<dyn Fn()>,
    /// libuv has the handle: the end of a phase is still to be told.
    awaited: Cell<bool>,
}

/// A `uv_prepare_t` or `uv_check_t` that is started and unref'd. Belongs to the loop's thread.
///
/// Dropping it closes it; its memory is freed when the loop has run once more.
pub struct LoopHook {
    context: NonNull<Context>,
}

impl LoopHook {
    /// Runs `on_turn` at this place of every turn. Neither it nor the place's function unwinds.
    ///
    /// # Errors
    /// libuv's (negative) error number.
    ///
    /// # Safety
    /// `uv_loop` is a live loop of the host, the caller is on its thread, and drops the hook before it ends.
    pub unsafe fn start(
        uv: LoopUv,
        uv_loop: NonNull<UvLoop>,
        place: Place,
        on_turn: Box<dyn Fn()>,
    ) -> Result<Self, i32> {
        let (kind, init, start, on_over) = match place {
            Place::Prepare => (UV_PREPARE, uv.prepare_init, uv.prepare_start, None),
            Place::Check(on_over) => (UV_CHECK, uv.check_init, uv.check_start, Some(on_over)),
        };
        let memory = Memory::new(uv, kind)?;
        let handle = memory.handle.as_ptr();
        let after = match on_over {
            Some(on_over) => Some(After {
                memory: Memory::new(uv, UV_IDLE)?,
                on_over,
                awaited: Cell::new(false),
            }),
            None => None,
        };
        let context = Box::new(Context {
            uv,
            uv_loop,
            memory,
            on_turn,
            after,
            closed: Cell::new(false),
        });
        // SAFETY: the loop is live and ours (caller), the memory has the host's own size for this type.
        let status = unsafe { init(uv_loop.as_ptr(), handle) };
        if status != 0 {
            return Err(status); // libuv kept no pointer to the memory
        }
        let context = NonNull::from(Box::leak(context));
        set_context(handle, context);
        // SAFETY: the handle is initialised and its data set; starting fails only without a callback.
        unsafe { start(handle, Some(on_hook)) };
        // SAFETY: as above.
        unsafe { (uv.unreference)(handle) };
        Ok(Self { context })
    }
}

impl Drop for LoopHook {
    fn drop(&mut self) {
        // SAFETY: the handle is not closed, this being its only owner; so its context lives.
        let context = unsafe { self.context.as_ref() };
        let handle = context.memory.handle.as_ptr();
        // SAFETY: live and not closing, on the loop's thread (the type is not Send).
        unsafe { (context.uv.close)(handle, Some(on_close)) };
    }
}

impl Memory {
    pub(super) fn new(uv: LoopUv, kind: c_uint) -> Result<Self, i32> {
        // SAFETY: a valid handle type, for which libuv returns the size of its struct.
        let size = unsafe { (uv.handle_size)(kind) };
        let layout = Layout::from_size_align(size, align_of::<u128>()).map_err(|_| -1)?;
        // SAFETY: no handle is empty, so `layout` has a size above zero.
        let memory = unsafe { alloc_zeroed(layout) };
        match NonNull::new(memory.cast::<UvHandle>()) {
            Some(handle) => Ok(Self { handle, layout }),
            None => handle_alloc_error(layout),
        }
    }

    #[cfg(target_os = "linux")]
    pub(super) fn handle(&self) -> *mut UvHandle {
        self.handle.as_ptr()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout. libuv has let go of it, or never had it: as long as it has the
        // handle, the context lives that owns this.
        unsafe { dealloc(self.handle.as_ptr().cast(), self.layout) };
    }
}

/// Closes a handle, so that the end of this phase is told; once per turn.
fn tell_end(context: NonNull<Context>) {
    // SAFETY: the caller is its hook, which calls back.
    let Context {
        uv, uv_loop, after, ..
    } = unsafe { context.as_ref() };
    let Some(after) = after else {
        return;
    };
    if after.awaited.replace(true) {
        return;
    }
    let handle = after.memory.handle.as_ptr();
    // SAFETY: the loop is live and this is its thread: it is calling back. libuv does not have the handle.
    unsafe { (uv.idle_init)(uv_loop.as_ptr(), handle) };
    set_context(handle, context);
    // SAFETY: initialised above and not closing.
    unsafe { (uv.close)(handle, Some(on_end)) };
}

/// Makes `context` the data of a handle that is initialised and has no callback yet.
fn set_context(handle: *mut UvHandle, context: NonNull<Context>) {
    // SAFETY: libuv's public layout puts `void* data`, which is the user's, first in every handle.
    unsafe { handle.cast::<NonNull<Context>>().write(context) };
}

/// The context of a handle that calls back.
fn context_of(handle: *mut UvHandle) -> NonNull<Context> {
    // SAFETY: the data was set to a context before the handle could call back.
    unsafe { handle.cast::<NonNull<Context>>().read() }
}

/// Frees a context of which libuv has no handle any more.
fn free(context: NonNull<Context>) {
    // SAFETY: it came from a Box; libuv called back for the last of its handles, so nobody has it any more.
    drop(unsafe { Box::from_raw(context.as_ptr()) });
}

unsafe extern "C" fn on_hook(handle: *mut UvHandle) {
    let context = context_of(handle);
    // SAFETY: it lives until `on_close`, which the loop does not call from within a hook, not even if that is dropped.
    let on_turn = unsafe { &context.as_ref().on_turn };
    on_turn();
    tell_end(context);
}

unsafe extern "C" fn on_end(handle: *mut UvHandle) {
    let context = context_of(handle);
    // SAFETY: `on_close` leaves a context whose end of a phase is awaited.
    let Context { after, closed, .. } = unsafe { context.as_ref() };
    if let Some(after) = after {
        after.awaited.set(false);
        (after.on_over)();
    }
    if closed.get() {
        free(context);
    }
}

unsafe extern "C" fn on_close(handle: *mut UvHandle) {
    let context = context_of(handle);
    // SAFETY: only this and `on_end` free it, the last of the two.
    let Context { after, closed, .. } = unsafe { context.as_ref() };
    closed.set(true);
    let is_awaited = after.as_ref().is_some_and(|after| after.awaited.get());
    if !is_awaited {
        free(context);
    }
}
