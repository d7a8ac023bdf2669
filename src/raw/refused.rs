//! What libuv does to a process handle that it refused to start, undone.

use std::ffi::c_void;
use std::ptr::{self, NonNull};

use ironloop_sys::host_uv::relink_closing;
use napi::sys;

use super::{Call, Outcome, Reply};

/// `relinkRefused()`: straight after such a handle was closed, on libuv 1.52 and later.
pub(crate) fn relink_refused(call: &Call) -> Outcome {
    let mut uv_loop = ptr::null_mut();
    // SAFETY: `env` is of this call; the out pointer is a live local.
    let status = unsafe { sys::napi_get_uv_event_loop(call.env(), &mut uv_loop) };
    if status == sys::Status::napi_ok
        && let Some(uv_loop) = NonNull::new(uv_loop.cast::<c_void>())
    {
        // SAFETY: it is the environment's loop and this its thread; lib/child_process/spawn/discarded.js asks for the
        // version, and calls this in the same turn as the handle's spawn and close, with nothing between.
        unsafe { relink_closing(uv_loop) };
    }
    Ok(Reply::Undefined)
}
