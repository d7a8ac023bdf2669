//! Proves our declarations against libuv's own headers, as bindgen reads them.

use std::mem::offset_of;

use super::hook::{UV_CHECK, UV_IDLE, UV_PREPARE};
use super::{AsyncCallback, CloseCallback, UV_ASYNC, UvHandle, UvLoop};
use std::ffi::{c_int, c_uint, c_void};

/// Compiles only if libuv-sys2's function of this name has exactly the arity and the types that ours has, but for
/// the opaque pointers; calling it through our type is then the same call.
#[test]
fn the_functions_have_the_types_we_call_them_by() {
    use libuv_sys2 as uv;
    let _: unsafe extern "C" fn(uv::uv_handle_type) -> usize = uv::uv_handle_size;
    let _: unsafe extern "C" fn(*mut uv::uv_loop_t, *mut uv::uv_async_t, uv::uv_async_cb) -> c_int =
        uv::uv_async_init;
    let _: unsafe extern "C" fn(*mut uv::uv_async_t) -> c_int = uv::uv_async_send;
    let _: unsafe extern "C" fn(*mut uv::uv_handle_t, uv::uv_close_cb) = uv::uv_close;
    let _: unsafe extern "C" fn(*mut uv::uv_handle_t) = uv::uv_ref;
    let _: unsafe extern "C" fn(*mut uv::uv_handle_t) = uv::uv_unref;
    let _: unsafe extern "C" fn(*const uv::uv_handle_t) -> *mut c_void = uv::uv_handle_get_data;
    let _: unsafe extern "C" fn(*mut uv::uv_handle_t, *mut c_void) = uv::uv_handle_set_data;
    let _: unsafe extern "C" fn(*mut uv::uv_loop_t, *mut uv::uv_prepare_t) -> c_int =
        uv::uv_prepare_init;
    let _: unsafe extern "C" fn(*mut uv::uv_prepare_t, uv::uv_prepare_cb) -> c_int =
        uv::uv_prepare_start;
    let _: unsafe extern "C" fn(*mut uv::uv_check_t, uv::uv_check_cb) -> c_int = uv::uv_check_start;
    let _: unsafe extern "C" fn(*mut uv::uv_loop_t, *mut uv::uv_check_t) -> c_int =
        uv::uv_check_init;
    let _: unsafe extern "C" fn(*mut uv::uv_loop_t, *mut uv::uv_idle_t) -> c_int = uv::uv_idle_init;
    let _: unsafe extern "C" fn(*mut uv::uv_loop_t) -> u64 = uv::uv_metrics_idle_time;
    let _: unsafe extern "C" fn() -> *const std::ffi::c_char = uv::uv_version_string;
}

#[test]
fn the_callbacks_and_constants_are_libuvs() {
    let on_async: unsafe extern "C" fn(*mut libuv_sys2::uv_async_t) = on_async;
    let _: libuv_sys2::uv_async_cb = Some(on_async);
    let on_close: unsafe extern "C" fn(*mut libuv_sys2::uv_handle_t) = on_close;
    let _: libuv_sys2::uv_close_cb = Some(on_close);
    assert_eq!(
        size_of::<AsyncCallback>(),
        size_of::<libuv_sys2::uv_async_cb>()
    );
    assert_eq!(
        size_of::<CloseCallback>(),
        size_of::<libuv_sys2::uv_close_cb>()
    );
    assert_eq!(size_of::<libuv_sys2::uv_handle_type>(), size_of::<c_uint>());
    assert_eq!(UV_ASYNC, libuv_sys2::uv_handle_type_UV_ASYNC);
    assert_eq!(UV_CHECK, libuv_sys2::uv_handle_type_UV_CHECK);
    assert_eq!(UV_IDLE, libuv_sys2::uv_handle_type_UV_IDLE);
    assert_eq!(UV_PREPARE, libuv_sys2::uv_handle_type_UV_PREPARE);
    let on_hook: unsafe extern "C" fn(*mut libuv_sys2::uv_check_t) = on_check;
    let _: libuv_sys2::uv_check_cb = Some(on_hook);
    let on_hook: unsafe extern "C" fn(*mut libuv_sys2::uv_prepare_t) = on_prepare;
    let _: libuv_sys2::uv_prepare_cb = Some(on_hook);
}

#[test]
fn the_data_field_comes_first() {
    assert_eq!(offset_of!(libuv_sys2::uv_handle_t, data), 0);
    assert_eq!(offset_of!(libuv_sys2::uv_async_t, data), 0);
    assert_eq!(offset_of!(libuv_sys2::uv_prepare_t, data), 0);
    assert_eq!(offset_of!(libuv_sys2::uv_check_t, data), 0);
    assert_eq!(offset_of!(libuv_sys2::uv_idle_t, data), 0);
    assert!(align_of::<libuv_sys2::uv_async_t>() <= align_of::<u128>());
    assert_eq!(size_of::<*mut UvLoop>(), size_of::<*mut UvHandle>());
}

#[cfg(target_os = "linux")]
#[test]
fn the_functions_that_poll_are_libuvs() {
    use super::poll::{PollCallback, UV_POLL, UV_READABLE};
    use libuv_sys2 as uv;
    let _: unsafe extern "C" fn(*mut uv::uv_loop_t, *mut uv::uv_poll_t, c_int) -> c_int =
        uv::uv_poll_init;
    let _: unsafe extern "C" fn(*mut uv::uv_poll_t, c_int, uv::uv_poll_cb) -> c_int =
        uv::uv_poll_start;
    let on_poll: unsafe extern "C" fn(*mut uv::uv_poll_t, c_int, c_int) = on_poll;
    let _: uv::uv_poll_cb = Some(on_poll);
    assert_eq!(size_of::<PollCallback>(), size_of::<uv::uv_poll_cb>());
    assert_eq!(UV_POLL, uv::uv_handle_type_UV_POLL);
    assert_eq!(UV_READABLE.cast_unsigned(), uv::uv_poll_event_UV_READABLE);
    assert_eq!(offset_of!(uv::uv_poll_t, data), 0);
}

#[cfg(target_os = "linux")]
unsafe extern "C" fn on_poll(_handle: *mut libuv_sys2::uv_poll_t, _status: c_int, _events: c_int) {}

#[cfg(target_os = "linux")]
#[test]
fn what_is_read_of_a_loop_and_a_process_stands_where_we_read_it() {
    use super::refused::{HandleHead, LoopHead, UV_PROCESS};
    use libuv_sys2 as uv;
    assert_eq!(UV_PROCESS, uv::uv_handle_type_UV_PROCESS);
    assert_eq!(
        offset_of!(HandleHead, uv_loop),
        offset_of!(uv::uv_handle_t, loop_)
    );
    assert_eq!(
        offset_of!(HandleHead, kind),
        offset_of!(uv::uv_handle_t, type_)
    );
    assert_eq!(
        offset_of!(HandleHead, link),
        offset_of!(uv::uv_handle_t, handle_queue)
    );
    assert_eq!(
        offset_of!(LoopHead, handles),
        offset_of!(uv::uv_loop_t, handle_queue)
    );
    assert_eq!(
        offset_of!(LoopHead, closing),
        offset_of!(uv::uv_loop_t, closing_handles)
    );
}

unsafe extern "C" fn on_async(_handle: *mut libuv_sys2::uv_async_t) {}
unsafe extern "C" fn on_close(_handle: *mut libuv_sys2::uv_handle_t) {}
unsafe extern "C" fn on_check(_handle: *mut libuv_sys2::uv_check_t) {}
unsafe extern "C" fn on_prepare(_handle: *mut libuv_sys2::uv_prepare_t) {}
