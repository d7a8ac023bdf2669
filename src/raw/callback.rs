//! Calls from the loop into JavaScript: handle scope, callback scope, weak functions, uncaught errors.

use std::ffi::{CStr, c_void};
use std::ptr;

use napi::sys;

/// How a call into JavaScript ended.
pub(crate) enum Outcome {
    /// The function returned; true if the value was truthy.
    Returned(bool),
    /// It threw. The error has gone to `uncaughtException`, and the process is still running.
    Threw,
    /// JavaScript cannot run any more: the environment is closing.
    Closing,
}

/// Handles made while it lives are released when it is dropped.
pub(crate) struct HandleScope {
    env: sys::napi_env,
    scope: sys::napi_handle_scope,
}

impl HandleScope {
    /// # Safety
    /// `env` is live and the caller is on its thread; scopes are dropped in reverse order.
    pub(crate) unsafe fn open(env: sys::napi_env) -> Option<Self> {
        let mut scope = ptr::null_mut();
        // SAFETY: `env` is live and this is its thread (caller).
        let status = unsafe { sys::napi_open_handle_scope(env, &mut scope) };
        (status == sys::Status::napi_ok).then_some(Self { env, scope })
    }
}

impl Drop for HandleScope {
    /// A thread that is terminated in the middle of a call leaves an exception behind, which nobody could look at later,
    /// without a scope: napi's own clean-up does, and would abort the process.
    fn drop(&mut self) {
        let (mut pending, mut error) = (false, ptr::null_mut());
        // SAFETY: `env` is live and this is its thread (caller of `open`).
        unsafe { sys::napi_is_exception_pending(self.env, &mut pending) };
        if pending {
            // SAFETY: as above; the handle goes into this scope, which is still open.
            unsafe { sys::napi_get_and_clear_last_exception(self.env, &mut error) };
        }
        // SAFETY: opened by `open` on this thread, and dropped in reverse order (caller of `open`).
        unsafe { sys::napi_close_handle_scope(self.env, self.scope) };
    }
}

/// A JavaScript function that native code does not keep alive.
pub(crate) struct WeakFunction {
    env: sys::napi_env,
    reference: sys::napi_ref,
}

impl WeakFunction {
    /// Refers weakly to `function`; `on_collected(id)` runs on the same thread when it has been collected.
    ///
    /// # Safety
    /// `env` is live, the caller is on its thread, and `function` is a handle of a function in scope.
    pub(crate) unsafe fn new(
        env: sys::napi_env,
        function: sys::napi_value,
        id: u32,
        on_collected: fn(u32),
    ) -> Option<Self> {
        let mut reference = ptr::null_mut();
        // SAFETY: env and handle are valid (caller); a count of 0 makes the reference weak.
        let status = unsafe { sys::napi_create_reference(env, function, 0, &mut reference) };
        if status != sys::Status::napi_ok {
            return None;
        }
        // The id travels as the data pointer and the callback as the hint: neither is ever dereferenced.
        let data = ptr::without_provenance_mut::<c_void>(id as usize);
        // SAFETY: as above; `collected` matches napi_finalize and reads no memory of ours.
        let status = unsafe {
            sys::napi_add_finalizer(
                env,
                function,
                data,
                Some(collected),
                on_collected as *mut c_void,
                ptr::null_mut(),
            )
        };
        (status == sys::Status::napi_ok).then_some(Self { env, reference })
    }

    /// Calls it with one number. None if it has been collected.
    ///
    /// # Safety
    /// The caller is on the environment's thread, inside a handle scope.
    pub(crate) unsafe fn call(&self, argument: u32) -> Option<Outcome> {
        let mut function = ptr::null_mut();
        // SAFETY: the reference is live until `delete`; the caller holds a handle scope.
        unsafe { sys::napi_get_reference_value(self.env, self.reference, &mut function) };
        if function.is_null() {
            return None;
        }
        let (mut undefined, mut number, mut result) =
            (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        // SAFETY: env is live, on its thread, inside a handle scope (caller).
        unsafe { sys::napi_get_undefined(self.env, &mut undefined) };
        // SAFETY: as above.
        unsafe { sys::napi_create_uint32(self.env, argument, &mut number) };
        // SAFETY: all handles were made in the caller's scope; one argument is passed.
        let status = unsafe {
            sys::napi_call_function(self.env, undefined, function, 1, &number, &mut result)
        };
        if status != sys::Status::napi_ok {
            // SAFETY: as above.
            return Some(unsafe { report(self.env) });
        }
        let mut truthy = false;
        // SAFETY: `result` is the value the call returned; a non-boolean leaves `truthy` false.
        unsafe { sys::napi_get_value_bool(self.env, result, &mut truthy) };
        Some(Outcome::Returned(truthy))
    }

    /// # Safety
    /// The caller is on the environment's thread, and the environment is not gone.
    pub(crate) unsafe fn delete(self) {
        // SAFETY: the reference was created in `new` and is deleted once, since `delete` consumes self.
        unsafe { sys::napi_delete_reference(self.env, self.reference) };
    }
}

unsafe extern "C" fn collected(_env: sys::napi_env, data: *mut c_void, hint: *mut c_void) {
    // SAFETY: the hint is the `fn(u32)` that `WeakFunction::new` passed.
    let on_collected: fn(u32) = unsafe { std::mem::transmute(hint) };
    on_collected(data.addr() as u32);
}

/// Hands a thrown error to `uncaughtException`.
///
/// # Safety
/// A call into JavaScript on this thread just failed; a handle scope is open.
unsafe fn report(env: sys::napi_env) -> Outcome {
    let mut pending = false;
    // SAFETY: env is live and this is its thread (caller).
    unsafe { sys::napi_is_exception_pending(env, &mut pending) };
    if !pending {
        return Outcome::Closing;
    }
    let mut error = ptr::null_mut();
    // SAFETY: an exception is pending; the handle goes into the caller's scope.
    let status = unsafe { sys::napi_get_and_clear_last_exception(env, &mut error) };
    if status != sys::Status::napi_ok {
        return Outcome::Closing;
    }
    // SAFETY: `error` is the handle made above.
    let status = unsafe { sys::napi_fatal_exception(env, error) };
    if status == sys::Status::napi_ok {
        Outcome::Threw
    } else {
        Outcome::Closing
    }
}

/// In what Node takes our calls into JavaScript to happen.
pub(crate) struct CallbackContext {
    env: sys::napi_env,
    context: sys::napi_async_context,
    /// Its N-API ends environments in a way of its own.
    is_deno: bool,
}

impl CallbackContext {
    /// # Safety
    /// `env` is live, the caller is on its thread and inside a handle scope.
    pub(crate) unsafe fn new(env: sys::napi_env) -> Option<Self> {
        const NAME: &str = "ironloop";
        let (mut name, mut context) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the pointer and length are those of a static string.
        unsafe {
            sys::napi_create_string_utf8(env, NAME.as_ptr().cast(), NAME.len() as isize, &mut name)
        };
        // SAFETY: `name` is the string above; a null resource makes Node create one.
        let status = unsafe { sys::napi_async_init(env, ptr::null_mut(), name, &mut context) };
        (status == sys::Status::napi_ok).then(|| Self {
            env,
            context,
            // SAFETY: as above.
            is_deno: unsafe { is_deno(env) },
        })
    }

    /// Opens the scope of one callback from the loop.
    ///
    /// # Safety
    /// The caller is on the environment's thread, inside a handle scope that outlives this one.
    pub(crate) unsafe fn open(&self) -> CallbackScope {
        let (mut resource, mut scope) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: env is live, on its thread, inside a handle scope (caller).
        unsafe { sys::napi_get_undefined(self.env, &mut resource) };
        // SAFETY: the context is live until `delete`. Where this fails the environment is ending, and `scope` null.
        unsafe { sys::napi_open_callback_scope(self.env, resource, self.context, &mut scope) };
        CallbackScope {
            env: self.env,
            scope,
        }
    }

    /// # Safety
    /// The caller is on the environment's thread, and the environment is not gone.
    pub(crate) unsafe fn delete(self) {
        if self.is_deno {
            return; // destroying one runs JavaScript there, for which it opens no scope when the environment ends
        }
        // SAFETY: created in `new`, destroyed once.
        unsafe { sys::napi_async_destroy(self.env, self.context) };
    }
}

impl CallbackContext {
    /// What tells N-API, once nothing of ours is left on the loop, that the environment may go.
    ///
    /// # Safety
    /// `hook` is the cleanup hook of this environment that runs, asked for once.
    pub(crate) unsafe fn last_word(
        &self,
        hook: sys::napi_async_cleanup_hook_handle,
    ) -> impl FnOnce() + use<> {
        let is_freed = self.is_deno; // there by whoever called it, and then a second time
        move || {
            if !is_freed {
                // SAFETY: the running hook's own handle, removed once (caller).
                unsafe { sys::napi_remove_async_cleanup_hook(hook) };
            }
        }
    }
}

/// # Safety
/// `env` is live.
unsafe fn is_deno(env: sys::napi_env) -> bool {
    let mut version = ptr::null();
    // SAFETY: `env` is live (caller), the out pointer is a live local.
    let status = unsafe { sys::napi_get_node_version(env, &mut version) };
    // SAFETY: N-API gave a pointer to its own record, which lives as long as the process.
    let version = unsafe { version.as_ref() }.filter(|_| status == sys::Status::napi_ok);
    version.is_some_and(|version| {
        // SAFETY: the record's `release` is a C string that lives as long.
        !version.release.is_null() && unsafe { CStr::from_ptr(version.release) } == c"Deno"
    })
}

/// While it is open, Node takes what runs for a callback of its loop: without one, the first of Node's own callbacks
/// within (a synchronous zlib call that fails makes one) would take itself for the outermost and abort the process.
/// Its end, unless it is inside another one, runs nextTicks and microtasks.
pub(crate) struct CallbackScope {
    env: sys::napi_env,
    scope: sys::napi_callback_scope,
}

impl Drop for CallbackScope {
    fn drop(&mut self) {
        if !self.scope.is_null() {
            // SAFETY: opened by `CallbackContext::open`, closed once, on the same thread and in order.
            unsafe { sys::napi_close_callback_scope(self.env, self.scope) };
        }
    }
}
