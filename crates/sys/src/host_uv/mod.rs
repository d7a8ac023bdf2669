//! The host's libuv: public functions looked up at run time in the process that loaded us.
//!
//! Linking a libuv of our own would put a second, private loop library on Node's loop. Declarations are written by
//! hand and few; the feature `libuv-sys2` proves them equal to libuv's headers (`tests.rs`). Storage is sized by the
//! host's own `uv_handle_size`, so a newer libuv with larger handles is safe.
//!
//! Invariant: a [`HostUv`] exists only if the host's `uv_version_string` is the version that the host itself reports
//! to JavaScript, which rules out a stray libuv of some other library in the process.

#[cfg(target_os = "linux")]
mod after_events;
mod async_handle;
mod hook;
mod lookup;
mod loop_functions;
#[cfg(target_os = "linux")]
mod poll;
#[cfg(target_os = "linux")]
mod refused;

use std::ffi::{CStr, c_char, c_int, c_uint, c_void};

#[cfg(target_os = "linux")]
pub use after_events::{AfterEvents, AfterEventsUv};
pub use async_handle::{AsyncHandle, AsyncSender};
pub use hook::{LoopHook, Place};
pub use loop_functions::{IdleClock, LoopUv};
#[cfg(target_os = "linux")]
pub use poll::{LoopPoll, PollUv};
#[cfg(target_os = "linux")]
pub use refused::relink_closing;

/// `uv_loop_t`, `uv_handle_t`, `uv_async_t`: opaque here.
pub type UvLoop = c_void;
pub(crate) type UvHandle = c_void;

pub(crate) type AsyncCallback = unsafe extern "C" fn(*mut UvHandle);
pub(crate) type CloseCallback = unsafe extern "C" fn(*mut UvHandle);

/// `UV_ASYNC` of `uv_handle_type`.
pub(crate) const UV_ASYNC: c_uint = 1;

/// The functions of the host's libuv that we call.
#[derive(Clone, Copy)]
pub struct HostUv {
    pub(crate) handle_size: unsafe extern "C" fn(c_uint) -> usize,
    pub(crate) async_init:
        unsafe extern "C" fn(*mut UvLoop, *mut UvHandle, Option<AsyncCallback>) -> c_int,
    pub(crate) async_send: unsafe extern "C" fn(*mut UvHandle) -> c_int,
    pub(crate) close: unsafe extern "C" fn(*mut UvHandle, Option<CloseCallback>),
    pub(crate) reference: unsafe extern "C" fn(*mut UvHandle),
    pub(crate) unreference: unsafe extern "C" fn(*mut UvHandle),
    pub(crate) handle_get_data: unsafe extern "C" fn(*const UvHandle) -> *mut c_void,
    pub(crate) handle_set_data: unsafe extern "C" fn(*mut UvHandle, *mut c_void),
}

/// Reads one symbol of the host as the function type of the field it goes to.
macro_rules! symbol {
    ($name:literal) => {{
        let address = $crate::host_uv::lookup::symbol($name)?;
        // SAFETY: libuv's ABI gives the function of this name the type of the field (proven by the feature
        // `libuv-sys2`); the address is not null, and the host executable is never unloaded.
        unsafe { std::mem::transmute(address) }
    }};
}
use symbol;

impl HostUv {
    /// The host's libuv, if it has one and it is `version` (`process.versions.uv`).
    #[must_use]
    #[allow(
        clippy::missing_transmute_annotations,
        reason = "`symbol!` takes the type from the field, where it is written once"
    )]
    pub fn find(version: &str) -> Option<Self> {
        let version_string: unsafe extern "C" fn() -> *const c_char = symbol!(c"uv_version_string");
        // SAFETY: uv_version_string takes nothing and returns a static string.
        let found = unsafe { version_string() };
        // SAFETY: the string is static and ends in NUL.
        let found = unsafe { CStr::from_ptr(found) };
        if found.to_bytes() != version.as_bytes() {
            return None;
        }
        Some(Self {
            handle_size: symbol!(c"uv_handle_size"),
            async_init: symbol!(c"uv_async_init"),
            async_send: symbol!(c"uv_async_send"),
            close: symbol!(c"uv_close"),
            reference: symbol!(c"uv_ref"),
            unreference: symbol!(c"uv_unref"),
            handle_get_data: symbol!(c"uv_handle_get_data"),
            handle_set_data: symbol!(c"uv_handle_set_data"),
        })
    }
}

#[cfg(all(test, feature = "libuv-sys2"))]
mod tests;
