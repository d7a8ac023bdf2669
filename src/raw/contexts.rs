//! In what Node takes our calls into JavaScript to happen, by port. A port may have a context of its own, that of what it
//! is there for: JavaScript that entered it by `runInAsyncScope()` within our callback would pay for two, since what
//! Node keeps of the inner one is then cut back by the slow way when the outer one ends.

use std::cell::{Cell, RefCell};

use ironloop_core::numbered::Numbered;
use napi::sys;

use super::callback::{CallbackContext, CallbackScope};
use super::{Call, Failure};

/// See the module's text. One per environment.
pub(crate) struct Contexts {
    general: CallbackContext,
    own: RefCell<Numbered<CallbackContext>>,
    /// Whether a scope is open, and the contexts that were given up meanwhile: it may be theirs.
    inside: Cell<bool>,
    ended: RefCell<Vec<CallbackContext>>,
}

/// The scope of one callback from the loop.
pub(crate) struct Entered<'all> {
    contexts: &'all Contexts,
    scope: Option<CallbackScope>,
}

impl Contexts {
    /// # Safety
    /// `env` is live and the caller is on its thread and inside a handle scope.
    pub(crate) unsafe fn new(env: sys::napi_env) -> Option<Self> {
        Some(Self {
            // SAFETY: as the caller promises.
            general: unsafe { CallbackContext::new(env, "ironloop") }?,
            own: RefCell::default(),
            inside: Cell::new(false),
            ended: RefCell::default(),
        })
    }

    /// Gives a port a context of its own, a child of the caller's.
    pub(crate) fn begin(&self, call: &Call, port: u32) -> Result<(), Failure> {
        // SAFETY: called by JavaScript, so on the live environment's thread and inside a handle scope.
        let context = unsafe { CallbackContext::new(call.env(), "IronloopSubscription") };
        let context = context.ok_or_else(|| Failure::internal("the environment is closing"))?;
        let before = self.own.borrow_mut().insert(port, context);
        self.end_one(before);
        Ok(())
    }

    /// Ends a port's own context, if it has one.
    pub(crate) fn end(&self, port: u32) {
        let ended = self.own.borrow_mut().remove(&port);
        self.end_one(ended);
    }

    fn end_one(&self, context: Option<CallbackContext>) {
        self.ended.borrow_mut().extend(context);
        if !self.inside.get() {
            self.delete_ended();
        }
    }

    fn delete_ended(&self) {
        for context in self.ended.take() {
            // SAFETY: contexts are begun and ended on the environment's thread, while it is there: `delete` empties both.
            unsafe { context.delete() };
        }
    }

    /// Opens the scope of one callback for a port.
    ///
    /// # Safety
    /// The caller is on the environment's thread, inside a handle scope that outlives this one.
    pub(crate) unsafe fn enter(&self, port: u32) -> Entered<'_> {
        self.inside.set(true);
        let own = self.own.borrow();
        // SAFETY: as the caller promises.
        let scope = unsafe { own.get(&port).unwrap_or(&self.general).open() };
        Entered {
            contexts: self,
            scope: Some(scope),
        }
    }

    /// What tells N-API, once nothing of ours is left on the loop, that the environment may go.
    ///
    /// # Safety
    /// `hook` is the cleanup hook of this environment that runs, asked for once.
    pub(crate) unsafe fn last_word(
        &self,
        hook: sys::napi_async_cleanup_hook_handle,
    ) -> impl FnOnce() + use<> {
        // SAFETY: as the caller promises.
        unsafe { self.general.last_word(hook) }
    }

    /// # Safety
    /// The caller is on the environment's thread, and the environment is not gone.
    pub(crate) unsafe fn delete(self) {
        let own = self.own.take();
        self.ended.borrow_mut().extend(own.into_values());
        self.delete_ended();
        // SAFETY: as the caller promises.
        unsafe { self.general.delete() };
    }
}

impl Drop for Entered<'_> {
    /// Runs nextTicks and microtasks.
    fn drop(&mut self) {
        drop(self.scope.take());
        self.contexts.inside.set(false);
        self.contexts.delete_ended();
    }
}
