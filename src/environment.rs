//! The one place where native work reaches JavaScript: the inbox, wake handle and routers of one N-API environment.
//!
//! Each loaded copy of lib/ attaches one router, a function that is called with the id of a port that has news and
//! answers whether more is left. Native code holds routers weakly: lib/'s own module scope keeps them, and, while the loop
//! is held, their realm (lib/internal/inbox.js), so a copy that its loader forgot (Jest evaluates lib/ anew per test file)
//! is collected with all it subscribed to.
//!
//! Invariant: a thread has at most one environment (true of Node, its workers, Bun and Deno), so it is thread-local.

mod calls;
mod drain;

use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use ironloop_core::inbox::{Inbox, Port};
use ironloop_core::numbered::Numbered;
use napi::bindgen_prelude::{JsValue, Unknown};
use napi::{Env, Error, Result, sys};
use napi_derive::napi;

use crate::raw::callback::{HandleScope, Outcome, WeakFunction};
use crate::raw::contexts::Contexts;
use crate::raw::host_loop::HostLoop;
use crate::raw::wake::WakeHandle;

pub(crate) use calls::RAW;
#[cfg(target_os = "linux")]
pub(crate) use drain::{deliver, drain_after};

thread_local! {
    static CURRENT: RefCell<Option<Rc<Environment>>> = const { RefCell::new(None) };
}

struct Environment {
    env: sys::napi_env,
    inbox: Arc<Inbox>,
    wake: WakeHandle,
    #[cfg(target_os = "linux")]
    uv_version: String,
    contexts: Contexts,
    routers: RefCell<Numbered<Router>>,
    /// Which router answers for a port.
    owners: RefCell<Numbered<u32>>,
    last_router: Cell<u32>,
    /// As JavaScript numbers threads.
    thread: u32,
}

struct Router {
    function: Rc<WeakFunction>,
    holds_loop: bool,
}

fn current() -> Option<Rc<Environment>> {
    CURRENT.with_borrow(Clone::clone)
}

/// The open port with this id in the calling thread's environment.
pub(crate) fn port(id: u32) -> Option<Port> {
    current()?.inbox.port(id)
}

/// The calling thread, as JavaScript numbers threads.
pub(crate) fn thread() -> u32 {
    current().map_or(0, |environment| environment.thread)
}

/// Attaches one loaded copy of lib/: `router(portId)` delivers and returns true if more is left.
#[napi]
pub fn attach_router(
    env: Env,
    router: Unknown<'_>,
    uv_version: String,
    thread: u32,
) -> Result<u32> {
    let environment = match current() {
        Some(environment) => environment,
        None => Environment::create(env.raw(), &uv_version, thread)
            .ok_or_else(|| Error::from_reason("the environment has no loop to wake"))?,
    };
    let id = environment.last_router.get() + 1;
    environment.last_router.set(id);
    // SAFETY: called by JavaScript, so on the live environment's thread, with `router` in scope.
    let function = unsafe { WeakFunction::new(env.raw(), router.raw(), id, detach_router) };
    let function = Rc::new(function.ok_or_else(|| Error::from_reason("router: not a function"))?);
    environment.routers.borrow_mut().insert(
        id,
        Router {
            function,
            holds_loop: false,
        },
    );
    Ok(id)
}

/// Opens a port that `router` answers for.
#[napi]
pub fn open_port(router: u32) -> Result<u32> {
    let environment = current().ok_or_else(|| Error::from_reason("the environment is closing"))?;
    let id = environment.inbox.open_port().id();
    environment.owners.borrow_mut().insert(id, router);
    Ok(id)
}

/// Closes a port: its native side is told, its news discarded.
#[napi]
pub fn close_port(port: u32) {
    if let Some(environment) = current() {
        environment.owners.borrow_mut().remove(&port);
        environment.contexts.end(port);
        environment.inbox.close_port(port);
    }
}

/// The calling thread's loop, if it is Node's own that wakes it.
pub(crate) fn host_loop(env: &Env, uv_version: &str) -> Option<HostLoop> {
    let has_loop = matches!(current()?.wake, WakeHandle::UvAsync(_));
    // SAFETY: called by JavaScript, so on the live environment's thread.
    unsafe { HostLoop::of(env.raw(), uv_version) }.filter(|_| has_loop)
}

/// The same, for who is given no environment by its caller.
#[cfg(target_os = "linux")]
pub(crate) fn this_loop() -> Option<HostLoop> {
    let environment = current()?;
    let has_loop = matches!(environment.wake, WakeHandle::UvAsync(_));
    // SAFETY: the environment is live, for CURRENT has it, and on its thread, for it is not Send.
    unsafe { HostLoop::of(environment.env, &environment.uv_version) }.filter(|_| has_loop)
}

impl Environment {
    fn create(env: sys::napi_env, uv_version: &str, thread: u32) -> Option<Rc<Self>> {
        // SAFETY: called by JavaScript (attach_router): a live environment, its thread, a handle scope.
        let contexts = unsafe { Contexts::new(env) }?;
        // SAFETY: as above.
        let wake = unsafe { WakeHandle::open(env, uv_version, drain::drain) }?;
        let environment = Rc::new(Self {
            env,
            inbox: Inbox::new(wake.waker()),
            wake,
            #[cfg(target_os = "linux")]
            uv_version: uv_version.to_owned(),
            contexts,
            routers: RefCell::default(),
            owners: RefCell::default(),
            last_router: Cell::new(0),
            thread,
        });
        // Registered after the wake handle, so it runs before the doorbell's own cleanup: hooks run in reverse order.
        // SAFETY: as above; the hook takes no data, it finds the environment of its thread.
        let status = unsafe {
            sys::napi_add_async_cleanup_hook(env, Some(clean_up), ptr::null_mut(), ptr::null_mut())
        };
        if status != sys::Status::napi_ok {
            return None;
        }
        CURRENT.set(Some(Rc::clone(&environment)));
        Some(environment)
    }

    fn update_ref(&self) {
        let held = self
            .routers
            .borrow()
            .values()
            .any(|router| router.holds_loop);
        self.wake.set_ref(held);
    }

    /// What holds the values that JavaScript makes in a callback of the loop.
    fn handle_scope(&self) -> Option<HandleScope> {
        // SAFETY: the environment is live, for CURRENT has it, and on its thread, for it is not Send.
        unsafe { HandleScope::open(self.env) }
    }

    /// Asks the router of a port for its news, as one callback of the loop, and then runs nextTicks and microtasks; true
    /// if the port has more. None when JavaScript cannot run any more.
    fn ask(&self, port: u32, _within: &HandleScope) -> Option<bool> {
        // SAFETY: on the environment's thread, as above, and inside the caller's scope.
        let _callback = unsafe { self.contexts.enter(port) };
        let owner = self.owners.borrow().get(&port).copied();
        let function = owner.and_then(|owner| {
            self.routers
                .borrow()
                .get(&owner)
                .map(|router| Rc::clone(&router.function))
        });
        let Some((owner, function)) = owner.zip(function) else {
            return Some(false);
        };
        // SAFETY: as above. No RefCell is borrowed here: JavaScript may open and close ports.
        match unsafe { function.call(port) } {
            Some(Outcome::Returned(more)) => Some(more),
            Some(Outcome::Threw) => Some(true),
            Some(Outcome::Closing) => None,
            None => {
                self.forget(owner);
                Some(false)
            }
        }
    }

    /// Closes all that a collected router left behind.
    fn forget(&self, router: u32) {
        self.routers.borrow_mut().remove(&router);
        let of_router = |_: &u32, owner: &mut u32| *owner == router;
        let left: Vec<_> = self.owners.borrow_mut().extract_if(of_router).collect();
        for (port, _) in left {
            self.contexts.end(port);
            self.inbox.close_port(port);
        }
        self.update_ref();
    }
}

fn detach_router(router: u32) {
    if let Some(environment) = current() {
        environment.forget(router);
    }
}

/// The environment ends: first no poster can reach it, then its handles go.
unsafe extern "C" fn clean_up(hook: sys::napi_async_cleanup_hook_handle, _data: *mut c_void) {
    let Some(environment) = CURRENT.take() else {
        return; // unreachable: it was set where the hook was
    };
    // SAFETY: the hook that runs, and it runs once.
    let finish = unsafe { environment.contexts.last_word(hook) };
    environment.inbox.close();
    match Rc::try_unwrap(environment) {
        Ok(environment) => environment.release(finish),
        // Unreachable from the loop: hooks run outside the drain. Leaking the handle would be the safe answer.
        Err(_) => finish(),
    }
}

impl Environment {
    fn release(self, finish: impl FnOnce() + 'static) {
        // SAFETY: cleanup hooks run on the environment's thread, before N-API lets go of it.
        unsafe { self.contexts.delete() };
        for router in self.routers.into_inner().into_values() {
            if let Ok(function) = Rc::try_unwrap(router.function) {
                // SAFETY: as above.
                unsafe { function.delete() };
            }
        }
        self.wake.close(Box::new(finish));
    }
}
