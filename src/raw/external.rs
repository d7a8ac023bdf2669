//! Memory of ours that becomes an ArrayBuffer as it is, without a copy.

use std::ffi::c_void;
use std::ptr;
use std::sync::LazyLock;

use ironloop_core::bus::Block;
use napi::sys;

use super::{Call, Failure, Reply};

static FORBIDDEN: LazyLock<bool> = LazyLock::new(|| {
    std::env::var_os("IRONLOOP_EXTERNAL_MEMORY").is_some_and(|asked| asked == "off")
});

impl Call {
    /// An ArrayBuffer over a block's bytes, which it owns from here on. The block comes back where the host allows no
    /// external memory (Electron).
    pub(crate) fn array_buffer(&self, block: Block) -> Result<Result<Reply, Block>, Failure> {
        let mut block = Box::new(block);
        let bytes = block.as_mut_slice();
        let (data, length) = (bytes.as_mut_ptr(), bytes.len());
        let hint = Box::into_raw(block);
        let mut buffer = ptr::null_mut();
        // SAFETY: `data` stays valid and in place until `release` drops the block behind `hint`; nobody else has a
        // reference to it, so JavaScript may write to it.
        let status = unsafe {
            self.external_array_buffer(data.cast(), length, release, hint.cast(), &mut buffer)
        };
        if status == sys::Status::napi_ok {
            return Ok(Ok(Reply::Value(buffer)));
        }
        // SAFETY: N-API did not take what `into_raw` gave above.
        let block = unsafe { Box::from_raw(hint) };
        match status {
            sys::Status::napi_no_external_buffers_allowed => Ok(Err(*block)),
            _ => Err(Failure::internal("N-API could not make an ArrayBuffer")),
        }
    }
}

impl Call {
    /// `napi_no_external_buffers_allowed` where the host's V8 keeps all memory in a cage of its own (Electron), or
    /// IRONLOOP_EXTERNAL_MEMORY=off asks for what happens there.
    ///
    /// # Safety
    /// `data` is valid for `length` bytes, and shared with nobody but by atomics, until `release` gets the `hint`; which
    /// it gets only where this returns `napi_ok`.
    pub(super) unsafe fn external_array_buffer(
        &self,
        data: *mut c_void,
        length: usize,
        release: unsafe extern "C" fn(sys::napi_env, *mut c_void, *mut c_void),
        hint: *mut c_void,
        buffer: &mut sys::napi_value,
    ) -> sys::napi_status {
        if *FORBIDDEN {
            return sys::Status::napi_no_external_buffers_allowed;
        }
        // SAFETY: `env` is of this call; the rest is the caller's.
        unsafe {
            sys::napi_create_external_arraybuffer(
                self.env(),
                data,
                length,
                Some(release),
                hint,
                buffer,
            )
        }
    }

    /// Tells V8 that so many bytes more, or less, are held on behalf of JavaScript.
    pub(crate) fn report_memory(&self, bytes: f64) {
        let mut total = 0;
        // SAFETY: `env` is of this call, the out pointer is a live local.
        unsafe { sys::napi_adjust_external_memory(self.env(), bytes as i64, &mut total) };
    }
}

/// Called by N-API once the ArrayBuffer is collected or its environment ends.
extern "C" fn release(_env: sys::napi_env, _data: *mut c_void, hint: *mut c_void) {
    // SAFETY: `hint` is what `Box::<Block>::into_raw` gave in `array_buffer`, and N-API finalizes once.
    drop(unsafe { Box::from_raw(hint.cast::<Block>()) });
}
