use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ffi::c_uint;
use std::ptr::NonNull;
use std::rc::Rc;

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

struct Context {
    uv: LoopUv,
    uv_loop: NonNull<UvLoop>,
    memory: Memory,
    on_turn: Box<dyn Fn()>,
    after: Option<(Memory, Box<dyn Fn()>)>,
}

/// A `uv_prepare_t` or `uv_check_t` that is started and unref'd. Belongs to the loop's thread.
///
/// Dropping it closes it; its memory is freed when the loop has run once more.
pub struct LoopHook {
    context: Rc<Context>,
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
            Some(on_over) => Some((Memory::new(uv, UV_IDLE)?, on_over)),
            None => None,
        };
        let context = Rc::new(Context {
            uv,
            uv_loop,
            memory,
            on_turn,
            after,
        });
        // SAFETY: the loop is live and ours (caller), the memory has the host's own size for this type.
        let status = unsafe { init(uv_loop.as_ptr(), handle) };
        if status != 0 {
            return Err(status); // libuv kept no pointer to the memory
        }
        // SAFETY: libuv's public layout puts `void* data`, which is the user's, first in every handle.
        unsafe {
            handle
                .cast::<*const Context>()
                .write(Rc::into_raw(Rc::clone(&context)))
        };
        // SAFETY: the handle is initialised and its data set; starting fails only without a callback.
        unsafe { start(handle, Some(on_hook)) };
        // SAFETY: as above.
        unsafe { (uv.unreference)(handle) };
        Ok(Self { context })
    }
}

impl Drop for LoopHook {
    fn drop(&mut self) {
        let handle = self.context.memory.handle.as_ptr();
        // SAFETY: live and not closing: this is its only owner, on the loop's thread (the type is not Send).
        unsafe { (self.context.uv.close)(handle, Some(on_close)) };
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
        // SAFETY: allocated in `new` with this layout. libuv has let go of it: as long as it has the handle, the handle's
        // data holds the context, and the context this.
        unsafe { dealloc(self.handle.as_ptr().cast(), self.layout) };
    }
}

impl Context {
    /// Closes a handle, so that the end of this phase is told; once per turn.
    fn tell_end(self: &Rc<Self>) {
        let Some((memory, _)) = &self.after else {
            return;
        };
        let handle = memory.handle.as_ptr();
        // The hook's handle and its owner hold the context; a third is an end that is still to be told.
        if Rc::strong_count(self) > 3 {
            return;
        }
        // SAFETY: the loop is live and this is its thread: it is calling back. The memory is not in use: see above.
        unsafe { (self.uv.idle_init)(self.uv_loop.as_ptr(), handle) };
        // SAFETY: as in `start`.
        unsafe {
            handle
                .cast::<*const Context>()
                .write(Rc::into_raw(Rc::clone(self)))
        };
        // SAFETY: initialised above and not closing.
        unsafe { (self.uv.close)(handle, Some(on_end)) };
    }
}

/// The context that a handle's data holds, without taking it.
fn context_of(handle: *mut UvHandle) -> Rc<Context> {
    // SAFETY: the data was set to a context before the handle could call back, and is taken by the last callback only.
    let context = unsafe { *handle.cast::<*const Context>() };
    // SAFETY: as above; the count is raised for the value that is returned.
    unsafe { Rc::increment_strong_count(context) };
    // SAFETY: the count was raised for it.
    unsafe { Rc::from_raw(context) }
}

/// The context that a handle's data held: libuv has let go of the handle.
fn take_context(handle: *mut UvHandle) -> Rc<Context> {
    // SAFETY: as in `context_of`; callbacks of closed handles come once.
    let context = unsafe { *handle.cast::<*const Context>() };
    // SAFETY: it came from Rc::into_raw.
    unsafe { Rc::from_raw(context) }
}

unsafe extern "C" fn on_hook(handle: *mut UvHandle) {
    let context = context_of(handle);
    (context.on_turn)();
    context.tell_end();
}

unsafe extern "C" fn on_end(handle: *mut UvHandle) {
    let context = take_context(handle);
    if let Some((_, on_over)) = &context.after {
        on_over();
    }
}

unsafe extern "C" fn on_close(handle: *mut UvHandle) {
    drop(take_context(handle));
}
