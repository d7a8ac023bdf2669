//! Memory of ours that becomes an ArrayBuffer as it is, without a copy.

use std::ffi::c_void;
use std::ptr;

use ironloop_core::bus::Block;
use napi::sys;

use super::{Call, Failure, Reply};

impl Call {
    /// An ArrayBuffer over a block's bytes, which it owns from here on. The block comes back where the host allows no
    /// external memory (Electron).
    pub(crate) fn array_buffer(&self, block: Block) -> Result<Result<Reply, Block>, Failure> {
        let mut block = Box::new(block);
        let bytes = block.as_mut_slice();
        let (data, length) = (bytes.as_mut_ptr(), bytes.len());
        let hint = Box::into_raw(block);
        let mut buffer = ptr::null_mut();
        // SAFETY: `env` is of this call. `data` stays valid and in place until `release` drops the block behind
        // `hint`; nobody else has a reference to it, so JavaScript may write to it.
        let status = unsafe {
            sys::napi_create_external_arraybuffer(
                self.env(),
                data.cast::<c_void>(),
                length,
                Some(release),
                hint.cast::<c_void>(),
                &mut buffer,
            )
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

/// Called by N-API once the ArrayBuffer is collected or its environment ends.
extern "C" fn release(_env: sys::napi_env, _data: *mut c_void, hint: *mut c_void) {
    // SAFETY: `hint` is what `Box::<Block>::into_raw` gave in `array_buffer`, and N-API finalizes once.
    drop(unsafe { Box::from_raw(hint.cast::<Block>()) });
}
