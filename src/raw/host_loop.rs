//! Node's own loop, where the host has it: hooks into its turns, and how long it has waited.

use std::ffi::c_void;
use std::ptr::{self, NonNull};

#[cfg(target_os = "linux")]
use ironloop_sys::host_uv::{AfterEvents, AfterEventsUv, LoopPoll, PollUv};
use ironloop_sys::host_uv::{HostUv, IdleClock, LoopHook, LoopUv, Place};
use napi::sys;

/// The loop of this thread's environment. Invariant: whoever holds it, or what it made, drops it when a port of that
/// environment closes, which is before the loop ends.
#[derive(Clone, Copy)]
pub(crate) struct HostLoop {
    uv: LoopUv,
    uv_loop: NonNull<c_void>,
}

impl HostLoop {
    /// # Safety
    /// `env` is live and the caller is on its thread.
    pub(crate) unsafe fn of(env: sys::napi_env, uv_version: &str) -> Option<Self> {
        let uv = LoopUv::find(&HostUv::find(uv_version)?)?;
        let mut uv_loop = ptr::null_mut();
        // SAFETY: env is live and this is its thread (caller).
        let status = unsafe { sys::napi_get_uv_event_loop(env, &mut uv_loop) };
        if status != sys::Status::napi_ok {
            return None;
        }
        let uv_loop = NonNull::new(uv_loop.cast::<c_void>())?;
        Some(Self { uv, uv_loop })
    }

    /// Runs `on_turn`, which does not unwind, in every turn, until it is dropped.
    pub(crate) fn hook(&self, place: Place, on_turn: Box<dyn Fn()>) -> Option<LoopHook> {
        // SAFETY: the type is not Send, so this is the loop's thread; the hook goes before the loop does (invariant).
        unsafe { LoopHook::start(self.uv, self.uv_loop, place, on_turn) }.ok()
    }

    /// Runs `on_readable`, which does not unwind, in every turn in which the descriptor is readable, until it is dropped.
    #[cfg(target_os = "linux")]
    pub(crate) fn poll<D: std::os::fd::AsRawFd + 'static>(
        &self,
        descriptor: D,
        on_readable: Box<dyn Fn(&D)>,
    ) -> Option<LoopPoll<D>> {
        let uv = PollUv::find(self.uv)?;
        // SAFETY: the type is not Send, so this is the loop's thread; the poll goes before the loop does (invariant).
        unsafe { LoopPoll::start(uv, self.uv_loop, descriptor, on_readable) }.ok()
    }

    /// Runs `on_asked`, which does not unwind, after the events of each turn in which it was asked for, until it is dropped.
    #[cfg(target_os = "linux")]
    pub(crate) fn after_events(&self, on_asked: Box<dyn Fn()>) -> Option<AfterEvents> {
        let uv = AfterEventsUv::find(self.uv)?;
        // SAFETY: the type is not Send, so this is the loop's thread; it goes before the loop does (invariant).
        unsafe { AfterEvents::open(uv, self.uv_loop, on_asked) }.ok()
    }

    /// How long the loop has waited for events, to be read by any thread.
    pub(crate) fn idle_clock(&self) -> IdleClock {
        // SAFETY: the clock goes before the loop does (invariant).
        unsafe { IdleClock::new(self.uv, self.uv_loop) }
    }
}
