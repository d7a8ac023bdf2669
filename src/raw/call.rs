//! One call of a raw function: the argument readers.
//!
//! lib/ has validated every argument, so a reader that fails shows a mistake in lib/, and says which argument it was.

use std::ptr;

use napi::sys;

use super::Failure;
use crate::bytes::{Borrows, Element, View};

/// A running call. Invariant: nothing here runs JavaScript, so what was borrowed stays valid until the call returns.
pub(crate) struct Call {
    env: sys::napi_env,
    arguments: [sys::napi_value; Call::MOST_ARGUMENTS],
    borrows: Borrows,
}

impl Call {
    /// Arguments beyond these are not read.
    pub(crate) const MOST_ARGUMENTS: usize = 8;

    pub(super) fn new(
        env: sys::napi_env,
        arguments: [sys::napi_value; Call::MOST_ARGUMENTS],
    ) -> Self {
        Call {
            env,
            arguments,
            borrows: Borrows::new(),
        }
    }

    pub(crate) fn env(&self) -> sys::napi_env {
        self.env
    }

    /// The argument itself; `undefined` where the caller passed fewer.
    pub(crate) fn argument(&self, index: usize) -> sys::napi_value {
        self.arguments[index]
    }

    pub(crate) fn is_undefined(&self, index: usize) -> bool {
        let mut kind = 0;
        // SAFETY: `env` and the argument are of this call; the out pointer is a live local.
        let status = unsafe { sys::napi_typeof(self.env, self.arguments[index], &mut kind) };
        status == sys::Status::napi_ok && kind == sys::ValueType::napi_undefined
    }

    pub(crate) fn f64(&self, index: usize) -> Result<f64, Failure> {
        let mut number = 0.0;
        // SAFETY: `env` and the argument are of this call; the out pointer is a live local.
        let status =
            unsafe { sys::napi_get_value_double(self.env, self.arguments[index], &mut number) };
        if status != sys::Status::napi_ok {
            return Err(Failure::argument(index, "a number"));
        }
        Ok(number)
    }

    /// A count or an offset: an integer from 0 to 2^53.
    pub(crate) fn usize(&self, index: usize) -> Result<usize, Failure> {
        let number = self.f64(index)?;
        let integer = number as u64;
        if integer as f64 != number || number >= 9_007_199_254_740_992.0 {
            return Err(Failure::argument(index, "an offset"));
        }
        Ok(usize::try_from(integer).unwrap_or(usize::MAX)) // beyond all memory, where addresses have 32 bits
    }

    pub(crate) fn u32(&self, index: usize) -> Result<u32, Failure> {
        let number = self.f64(index)?;
        let integer = number as u32;
        if f64::from(integer) != number {
            return Err(Failure::argument(index, "an unsigned 32-bit integer"));
        }
        Ok(integer)
    }

    pub(crate) fn bool(&self, index: usize) -> Result<bool, Failure> {
        let mut value = false;
        // SAFETY: as in `f64`.
        let status =
            unsafe { sys::napi_get_value_bool(self.env, self.arguments[index], &mut value) };
        if status != sys::Status::napi_ok {
            return Err(Failure::argument(index, "a boolean"));
        }
        Ok(value)
    }

    /// A BigInt from 0 to 2^64 - 1.
    pub(crate) fn u64(&self, index: usize) -> Result<u64, Failure> {
        let mut value = 0;
        let mut lossless = false;
        // SAFETY: as in `f64`.
        let status = unsafe {
            sys::napi_get_value_bigint_uint64(
                self.env,
                self.arguments[index],
                &mut value,
                &mut lossless,
            )
        };
        if status != sys::Status::napi_ok || !lossless {
            return Err(Failure::argument(index, "an unsigned 64-bit BigInt"));
        }
        Ok(value)
    }

    /// A string's text as UTF-8; a lone surrogate becomes U+FFFD.
    pub(crate) fn string(&self, index: usize) -> Result<String, Failure> {
        let mut length = 0;
        let value = self.arguments[index];
        // SAFETY: as in `f64`; a null buffer asks for the length only.
        let status = unsafe {
            sys::napi_get_value_string_utf8(self.env, value, ptr::null_mut(), 0, &mut length)
        };
        if status != sys::Status::napi_ok {
            return Err(Failure::argument(index, "a string"));
        }
        let mut text = vec![0_u8; length + 1];
        // SAFETY: the buffer has room for the text and its NUL, and N-API is told its true size.
        let status = unsafe {
            sys::napi_get_value_string_utf8(
                self.env,
                value,
                text.as_mut_ptr().cast(),
                text.len(),
                &mut length,
            )
        };
        if status != sys::Status::napi_ok {
            return Err(Failure::argument(index, "a string"));
        }
        text.truncate(length);
        Ok(String::from_utf8(text)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// A string's text as UTF-8 into memory of the caller's, and its length; for text that is known to fit, since one
    /// that fills all of it may have been cut.
    #[cfg(target_os = "linux")] // for rings, which are nowhere else
    pub(crate) fn text_into(&self, index: usize, into: &mut [u8]) -> Result<usize, Failure> {
        let mut length = 0;
        let (start, size) = (into.as_mut_ptr().cast(), into.len());
        // SAFETY: as in `f64`; the buffer is writable for the size that N-API is told.
        let status = unsafe {
            sys::napi_get_value_string_utf8(
                self.env,
                self.arguments[index],
                start,
                size,
                &mut length,
            )
        };
        if status != sys::Status::napi_ok || length + 4 >= size {
            return Err(Failure::argument(index, "a string that fits"));
        }
        Ok(length)
    }

    /// The bytes of any view, borrowed for this call.
    pub(crate) fn bytes(&self, index: usize) -> Result<&[u8], Failure> {
        View::of(self.env, self.arguments[index])
            .and_then(|view| self.borrows.bytes(view))
            .map_err(|why| Failure::refused(index, why))
    }

    /// The bytes of any view, to be written to.
    #[allow(clippy::mut_from_ref)] // `Borrows` refuses what overlaps
    pub(crate) fn bytes_mut(&self, index: usize) -> Result<&mut [u8], Failure> {
        View::of(self.env, self.arguments[index])
            .and_then(|view| self.borrows.bytes_mut(view))
            .map_err(|why| Failure::refused(index, why))
    }

    /// The elements of a Uint32Array, Float64Array or BigUint64Array, to be written to.
    #[allow(clippy::mut_from_ref)] // `Borrows` refuses what overlaps
    pub(crate) fn elements_mut<T: Element>(&self, index: usize) -> Result<&mut [T], Failure> {
        View::of(self.env, self.arguments[index])
            .and_then(|view| self.borrows.elements_mut(view))
            .map_err(|why| Failure::refused(index, why))
    }

    /// The elements of a Uint32Array, Float64Array or BigUint64Array.
    pub(crate) fn elements<T: Element>(&self, index: usize) -> Result<&[T], Failure> {
        View::of(self.env, self.arguments[index])
            .and_then(|view| self.borrows.elements(view))
            .map_err(|why| Failure::refused(index, why))
    }

    /// Brings what was written to borrowed views to where JavaScript sees it, if that is other memory.
    pub(super) fn write_back(&self) {
        self.borrows.write_back();
    }

    /// Whether the argument is a typed array of this element type.
    pub(crate) fn is_elements<T: Element>(&self, index: usize) -> bool {
        View::of(self.env, self.arguments[index]).is_ok_and(|view| view.is::<T>())
    }
}
