//! Hot-path functions on raw N-API: one trampoline, argument readers, and the table of all functions.
//!
//! A raw function is safe Rust: `fn name(call: &Call) -> raw::Outcome`. Its module lists it in a constant,
//! `pub(crate) const RAW: &[raw::Function] = &[raw::function("countByte", count_byte)]`, and that constant stands in
//! `TABLES` below; JavaScript finds it as `native().raw.<module>.<name>`. The trampoline is the only `extern "C"`
//! entry: it gets the function through N-API's data pointer, catches panics and throws failures.

mod call;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod callback;
#[cfg(not(target_family = "wasm"))]
mod external;
mod handles;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod host_loop;
#[cfg(target_os = "linux")]
pub(crate) mod refused;
mod reply;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod shared_words;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod wake;

use std::any::Any;
use std::ffi::{CStr, CString, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use napi::bindgen_prelude::{JsObjectValue, Object};
use napi::{Env, JsValue, sys};
use napi_derive::napi;

pub(crate) use call::Call;
pub(crate) use handles::{Handle, Handles, Kind};
pub(crate) use reply::{Failure, Outcome, Reply};

/// One function of the table.
pub(crate) struct Function {
    name: &'static str,
    body: fn(&Call) -> Outcome,
}

pub(crate) const fn function(name: &'static str, body: fn(&Call) -> Outcome) -> Function {
    Function { name, body }
}

/// Every module's raw functions, by the name of the module.
const TABLES: &[(&str, &[Function])] = &[
    ("buffer", crate::buffer::RAW),
    #[cfg(not(target_family = "wasm"))]
    ("bus", crate::bus::RAW),
    #[cfg(not(target_family = "wasm"))]
    ("children", crate::children::RAW),
    ("inbox", crate::environment::RAW),
    #[cfg(not(target_family = "wasm"))]
    ("loop", crate::event_loop::RAW),
    #[cfg(not(target_family = "wasm"))]
    ("net", crate::net::RAW),
    #[cfg(not(target_family = "wasm"))]
    ("pool", crate::pool::RAW),
    ("values", crate::values::RAW),
    #[cfg(not(target_family = "wasm"))]
    ("process", crate::process::RAW),
    #[cfg(not(target_family = "wasm"))]
    ("ring", crate::ring::RAW),
    ("stream", crate::stream::RAW),
    #[cfg(not(target_family = "wasm"))]
    ("timers", crate::timers::RAW),
];

/// Puts the tables on the addon's exports as `raw`. Each is made when it is first asked for: threads of a pool use few.
#[napi(module_exports)]
pub(crate) fn export_raw(mut exports: Object, env: Env) -> napi::Result<()> {
    let raw = Object::new(&env)?;
    for table in TABLES {
        let name = CString::new(table.0)?;
        let mut property = property_of(&name);
        property.getter = Some(make_table);
        property.data = ptr::from_ref(table).cast_mut().cast::<c_void>();
        define_property(env.raw(), raw.raw(), &property)?;
    }
    exports.set_named_property("raw", raw)
}

/// The getter of a table that nobody has asked for: puts the table in its own place.
extern "C" fn make_table(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let (mut raw, mut data) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: `env` and `info` are what N-API passed to this callback; the out pointers are live locals.
    let status = unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            ptr::null_mut(),
            ptr::null_mut(),
            &mut raw,
            &mut data,
        )
    };
    if status != sys::Status::napi_ok {
        return ptr::null_mut();
    }
    // SAFETY: `export_raw` is the only user of this getter and passes an entry of `TABLES`.
    let (module, functions) = unsafe { &*data.cast::<(&str, &[Function])>() };
    fill_table(env, raw, module, functions).unwrap_or_else(|error| {
        throw(env, &Failure::internal(error.reason.clone()));
        ptr::null_mut()
    })
}

fn fill_table(
    env: sys::napi_env,
    raw: sys::napi_value,
    module: &str,
    functions: &'static [Function],
) -> napi::Result<sys::napi_value> {
    let table = Object::new(&Env::from_raw(env))?.raw();
    for function in functions {
        define(env, table, function)?;
    }
    let name = CString::new(module)?;
    let mut property = property_of(&name);
    property.value = table;
    define_property(env, raw, &property)?;
    Ok(table)
}

fn property_of(name: &CStr) -> sys::napi_property_descriptor {
    sys::napi_property_descriptor {
        utf8name: name.as_ptr(),
        name: ptr::null_mut(),
        method: None,
        getter: None,
        setter: None,
        value: ptr::null_mut(),
        attributes: sys::PropertyAttributes::configurable | sys::PropertyAttributes::enumerable,
        data: ptr::null_mut(),
    }
}

fn define_property(
    env: sys::napi_env,
    object: sys::napi_value,
    property: &sys::napi_property_descriptor,
) -> napi::Result<()> {
    // SAFETY: `env` is live and the caller on its thread, `object` is a handle of it, and the name that the property
    // points to lives as long as the reference.
    let status = unsafe { sys::napi_define_properties(env, object, 1, property) };
    napi::check_status!(status)
}

fn define(
    env: sys::napi_env,
    table: sys::napi_value,
    function: &'static Function,
) -> napi::Result<()> {
    let name = CString::new(function.name)?;
    let length = name.count_bytes().cast_signed();
    let data = ptr::from_ref(function).cast_mut().cast::<c_void>();
    let mut value = ptr::null_mut();
    // SAFETY: `env` is the environment being set up, `name` outlives the call, `data` is 'static and read-only.
    let status = unsafe {
        sys::napi_create_function(
            env,
            name.as_ptr(),
            length,
            Some(trampoline),
            data,
            &mut value,
        )
    };
    napi::check_status!(status)?;
    // SAFETY: `table` and `value` are live handles of `env`, `name` is NUL-terminated.
    let status = unsafe { sys::napi_set_named_property(env, table, name.as_ptr(), value) };
    napi::check_status!(status)
}

/// What N-API calls for every function of the table; returning null returns `undefined`.
extern "C" fn trampoline(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let mut arguments = [ptr::null_mut(); Call::MOST_ARGUMENTS];
    let mut count = arguments.len();
    let mut data = ptr::null_mut();
    // SAFETY: `env` and `info` are what N-API passed to this callback; the out pointers are live locals.
    let status = unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            &mut count,
            arguments.as_mut_ptr(),
            ptr::null_mut(),
            &mut data,
        )
    };
    if status != sys::Status::napi_ok {
        return ptr::null_mut();
    }
    // SAFETY: `define` is the only user of this trampoline and passes a `&'static Function`.
    let function = unsafe { &*data.cast::<Function>() };
    let call = Call::new(env, arguments);
    match catch_unwind(AssertUnwindSafe(|| {
        let outcome = (function.body)(&call);
        call.write_back();
        outcome.and_then(|reply| call.value(reply))
    })) {
        Ok(Ok(value)) => value,
        Ok(Err(failure)) => throw(env, &failure),
        Err(panic) => throw(env, &panicked(function.name, &*panic)),
    }
}

fn panicked(name: &str, panic: &(dyn Any + Send)) -> Failure {
    let said = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    Failure::internal(format!("{name} panicked: {said}"))
}

fn throw(env: sys::napi_env, failure: &Failure) -> sys::napi_value {
    let code = CString::new(failure.code).unwrap_or_default();
    let message = CString::new(failure.message.replace('\0', " ")).unwrap_or_default();
    // SAFETY: both strings are NUL-terminated and outlive the call, which copies them.
    unsafe { sys::napi_throw_error(env, code.as_ptr(), message.as_ptr()) };
    ptr::null_mut()
}
