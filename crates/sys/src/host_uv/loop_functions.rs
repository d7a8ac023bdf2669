//! The functions of the host's libuv that look at a loop. Apart from [`super::HostUv`], so that a host without them still
//! has its wake handle.

use std::ffi::{c_int, c_uint};
use std::ptr::NonNull;

use super::{CloseCallback, UvHandle, UvLoop, symbol};

pub(crate) type HookCallback = unsafe extern "C" fn(*mut UvHandle);

type Init = unsafe extern "C" fn(*mut UvLoop, *mut UvHandle) -> c_int;
type Start = unsafe extern "C" fn(*mut UvHandle, Option<HookCallback>) -> c_int;

/// See the module's text.
#[derive(Clone, Copy)]
pub struct LoopUv {
    pub(crate) handle_size: unsafe extern "C" fn(c_uint) -> usize,
    pub(crate) prepare_init: Init,
    pub(crate) prepare_start: Start,
    pub(crate) check_init: Init,
    pub(crate) check_start: Start,
    pub(crate) idle_init: Init,
    pub(crate) unreference: unsafe extern "C" fn(*mut UvHandle),
    pub(crate) close: unsafe extern "C" fn(*mut UvHandle, Option<CloseCallback>),
    pub(crate) idle_time: unsafe extern "C" fn(*mut UvLoop) -> u64,
}

impl LoopUv {
    /// The functions, if the host has all of them. That its libuv is the right one is known from `HostUv`.
    #[must_use]
    #[allow(
        clippy::missing_transmute_annotations,
        reason = "`symbol!` takes the type from the field, where it is written once"
    )]
    pub fn find(_host: &super::HostUv) -> Option<Self> {
        Some(Self {
            handle_size: symbol!(c"uv_handle_size"),
            prepare_init: symbol!(c"uv_prepare_init"),
            prepare_start: symbol!(c"uv_prepare_start"),
            check_init: symbol!(c"uv_check_init"),
            check_start: symbol!(c"uv_check_start"),
            idle_init: symbol!(c"uv_idle_init"),
            unreference: symbol!(c"uv_unref"),
            close: symbol!(c"uv_close"),
            idle_time: symbol!(c"uv_metrics_idle_time"),
        })
    }
}

/// Reads how long a loop has waited for events; from any thread.
#[derive(Clone, Copy)]
pub struct IdleClock {
    uv: LoopUv,
    uv_loop: NonNull<UvLoop>,
}

// SAFETY: uv_metrics_idle_time is thread-safe; that the loop lives is upheld by the owner, who drops the clock before
// the loop's environment ends (see `IdleClock::new`).
unsafe impl Send for IdleClock {}

impl IdleClock {
    /// # Safety
    /// `uv_loop` is a live loop of the host, and no clock of it is read after it has been closed.
    #[must_use]
    pub unsafe fn new(uv: LoopUv, uv_loop: NonNull<UvLoop>) -> Self {
        Self { uv, uv_loop }
    }

    /// Nanoseconds that the loop has spent waiting, the wait that goes on included.
    #[must_use]
    pub fn nanoseconds(&self) -> u64 {
        // SAFETY: the loop lives (see `new`), and the function may be called from any thread.
        unsafe { (self.uv.idle_time)(self.uv_loop.as_ptr()) }
    }
}
