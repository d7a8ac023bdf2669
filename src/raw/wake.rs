//! The wake handle of an environment: a `uv_async_t` of the host's loop, or a threadsafe function as a doorbell.

use std::ffi::c_void;
use std::ptr::{self, NonNull};

use ironloop_core::inbox::Wake;
use ironloop_sys::host_uv::{AsyncHandle, AsyncSender, HostUv};
use napi::sys;

/// What wakes one environment's loop. Belongs to its thread.
pub(crate) enum WakeHandle {
    UvAsync(AsyncHandle),
    Doorbell(Doorbell),
}

/// A threadsafe function without a function: only its wake-up is used.
pub(crate) struct Doorbell {
    env: sys::napi_env,
    function: sys::napi_threadsafe_function,
}

struct UvWake(AsyncSender);

impl Wake for UvWake {
    fn wake(&self) {
        self.0.send();
    }
}

struct DoorbellWake(sys::napi_threadsafe_function);

// SAFETY: napi_call_threadsafe_function may be called from any thread while the function is not finalized; the inbox
// drops this before the environment finalizes it.
unsafe impl Send for DoorbellWake {}

impl Wake for DoorbellWake {
    fn wake(&self) {
        // SAFETY: not finalized (see the Send impl); no data travels.
        unsafe {
            sys::napi_call_threadsafe_function(
                self.0,
                ptr::null_mut(),
                sys::ThreadsafeFunctionCallMode::nonblocking,
            )
        };
    }
}

impl WakeHandle {
    /// The best way to wake this environment; IRONLOOP_WAKE=doorbell asks for the other.
    ///
    /// # Safety
    /// `env` is live, the caller is on its thread and inside a handle scope.
    pub(crate) unsafe fn open(env: sys::napi_env, uv_version: &str, drain: fn()) -> Option<Self> {
        let forced = std::env::var_os("IRONLOOP_WAKE").is_some_and(|wake| wake == "doorbell");
        let wake = if forced {
            None
        } else {
            // SAFETY: as the caller promises.
            unsafe { Self::uv_async(env, uv_version, drain) }
        };
        // SAFETY: as above.
        wake.or_else(|| unsafe { Self::doorbell(env, drain) })
    }

    /// A handle on the host's own loop, if its libuv can be found; `drain` runs there after a wake-up.
    ///
    /// # Safety
    /// `env` is live and the caller is on its thread.
    unsafe fn uv_async(env: sys::napi_env, uv_version: &str, drain: fn()) -> Option<Self> {
        let uv = HostUv::find(uv_version)?;
        let mut uv_loop = ptr::null_mut();
        // SAFETY: env is live and this is its thread (caller).
        let status = unsafe { sys::napi_get_uv_event_loop(env, &mut uv_loop) };
        if status != sys::Status::napi_ok {
            return None;
        }
        let uv_loop = NonNull::new(uv_loop.cast::<c_void>())?;
        // SAFETY: the loop is the environment's own, live as long as it is; this is its thread (caller).
        let handle = unsafe { AsyncHandle::new(uv, uv_loop, Box::new(drain)) };
        handle.ok().map(Self::UvAsync)
    }

    /// A doorbell, for hosts without a public libuv.
    ///
    /// # Safety
    /// `env` is live, the caller is on its thread and inside a handle scope.
    unsafe fn doorbell(env: sys::napi_env, drain: fn()) -> Option<Self> {
        const NAME: &str = "ironloop";
        let (mut name, mut function) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the pointer and length are those of a static string.
        unsafe {
            sys::napi_create_string_utf8(env, NAME.as_ptr().cast(), NAME.len() as isize, &mut name)
        };
        // SAFETY: without a JavaScript function a call_js callback is given, as N-API asks; the context is a plain
        // function pointer that lives for ever.
        let status = unsafe {
            sys::napi_create_threadsafe_function(
                env,
                ptr::null_mut(),
                ptr::null_mut(),
                name,
                0,
                1,
                ptr::null_mut(),
                None,
                drain as *mut c_void,
                Some(on_bell),
                &mut function,
            )
        };
        if status != sys::Status::napi_ok {
            return None;
        }
        // SAFETY: created just above, on this thread.
        unsafe { sys::napi_unref_threadsafe_function(env, function) };
        Some(Self::Doorbell(Doorbell { env, function }))
    }

    /// The part that other threads ring.
    pub(crate) fn waker(&self) -> Box<dyn Wake> {
        match self {
            Self::UvAsync(handle) => Box::new(UvWake(handle.sender())),
            Self::Doorbell(bell) => Box::new(DoorbellWake(bell.function)),
        }
    }

    /// As `capabilities()` names it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::UvAsync(_) => "uv-async",
            Self::Doorbell(_) => "doorbell",
        }
    }

    /// Whether the handle keeps the loop alive.
    pub(crate) fn set_ref(&self, keep_alive: bool) {
        match self {
            Self::UvAsync(handle) => handle.set_ref(keep_alive),
            Self::Doorbell(Doorbell { env, function }) => {
                let change = if keep_alive {
                    sys::napi_ref_threadsafe_function
                } else {
                    sys::napi_unref_threadsafe_function
                };
                // SAFETY: the function is live until `close`; WakeHandle is not Send, so this is its thread.
                unsafe { change(*env, *function) };
            }
        }
    }

    /// Closes the handle; `on_closed` runs when the loop has let go of it. The inbox must be closed first.
    pub(crate) fn close(self, on_closed: Box<dyn FnOnce()>) {
        match self {
            Self::UvAsync(handle) => handle.close(on_closed),
            Self::Doorbell(bell) => {
                let mode = sys::ThreadsafeFunctionReleaseMode::abort;
                // SAFETY: released once, since `close` consumes self; no poster can reach it any more.
                unsafe { sys::napi_release_threadsafe_function(bell.function, mode) };
                on_closed();
            }
        }
    }
}

unsafe extern "C" fn on_bell(
    env: sys::napi_env,
    _function: sys::napi_value,
    context: *mut c_void,
    _data: *mut c_void,
) {
    if env.is_null() {
        return; // the environment is closing
    }
    // SAFETY: the context is the `fn()` that `doorbell` passed.
    let drain: fn() = unsafe { std::mem::transmute(context) };
    drain();
}
