//! Words that native code and one JavaScript thread share, as an Int32Array over native memory.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use napi::sys;

use super::{Call, Failure, Reply};

/// Owns words that may be shown to JavaScript.
pub(crate) trait Words: Send + Sync + 'static {
    fn words(&self) -> &[AtomicU32];
}

impl Call {
    /// An Int32Array over the owner's words, which it keeps alive; to be used through `Atomics` only.
    /// `Undefined` where the host allows no external memory (Electron).
    pub(crate) fn shared_words<T: Words>(&self, owner: Arc<T>) -> Result<Reply, Failure> {
        let words = owner.words();
        let (data, length) = (words.as_ptr().cast_mut(), words.len());
        let hint = Arc::into_raw(owner).cast_mut();
        let mut buffer = ptr::null_mut();
        let size = length * size_of::<AtomicU32>();
        // SAFETY: `data` stays valid and in place until `release` drops the Arc behind `hint`; it is only ever accessed
        // atomically: by Rust as AtomicU32, by lib/ through `Atomics`.
        let status = unsafe {
            self.external_array_buffer(data.cast(), size, release::<T>, hint.cast(), &mut buffer)
        };
        if status != sys::Status::napi_ok {
            // SAFETY: N-API did not take the Arc that `into_raw` gave above.
            drop(unsafe { Arc::from_raw(hint) });
            return match status {
                sys::Status::napi_no_external_buffers_allowed => Ok(Reply::Undefined),
                _ => Err(Failure::internal("N-API could not share memory")),
            };
        }
        let mut view = ptr::null_mut();
        let kind = sys::TypedarrayType::int32_array;
        // SAFETY: `buffer` was made above and has room for `length` words.
        let status =
            unsafe { sys::napi_create_typedarray(self.env(), kind, length, buffer, 0, &mut view) };
        if status != sys::Status::napi_ok {
            return Err(Failure::internal("N-API could not make a view"));
        }
        Ok(Reply::Value(view))
    }
}

/// Called by N-API once the ArrayBuffer is collected or its environment ends.
extern "C" fn release<T: Words>(_env: sys::napi_env, _data: *mut c_void, hint: *mut c_void) {
    // SAFETY: `hint` is what `Arc::<T>::into_raw` gave in `shared_words`, and N-API finalizes once.
    drop(unsafe { Arc::from_raw(hint.cast::<T>().cast_const()) });
}
