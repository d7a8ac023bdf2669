//! One call of a raw function: argument readers, the reply, failures.
//!
//! lib/ has validated every argument, so a reader that fails shows a mistake in lib/, and says which argument it was.

use std::ffi::c_char;
use std::ptr;

use napi::sys;

use crate::bytes::{Borrows, Element, Refused, View};

/// A running call. Invariant: nothing here runs JavaScript, so what was borrowed stays valid until the call returns.
pub(crate) struct Call {
    env: sys::napi_env,
    arguments: [sys::napi_value; Call::MOST_ARGUMENTS],
    borrows: Borrows,
}

/// One of N-API's functions that make a string of bytes.
type CreateString =
    unsafe fn(sys::napi_env, *const c_char, isize, *mut sys::napi_value) -> sys::napi_status;

/// What a raw function returns.
pub(crate) type Outcome = Result<Reply, Failure>;

/// A value on its way back to JavaScript.
#[derive(Clone, Copy)]
pub(crate) enum Reply {
    Undefined,
    Bool(bool),
    /// Arrives as a small integer where it is one, so V8 keeps no heap number for counts and offsets.
    Number(f64),
    /// A BigInt.
    U64(u64),
    /// A BigInt.
    U128(u128),
    /// A value made by one of `Call`'s own constructors.
    Value(sys::napi_value),
}

impl From<usize> for Reply {
    fn from(value: usize) -> Reply {
        Reply::Number(value as f64)
    }
}

/// Becomes a thrown error with this code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Failure {
        Failure {
            code,
            message: message.into(),
        }
    }

    /// A broken promise between lib/ and the binding, or a panic: never the user's doing.
    pub(crate) fn internal(message: impl Into<String>) -> Failure {
        Failure::new("ERR_INTERNAL_ASSERTION", message)
    }

    #[cold]
    fn argument(index: usize, expected: &str) -> Failure {
        Failure::internal(format!("raw argument {index} must be {expected}"))
    }

    #[cold]
    fn refused(index: usize, why: Refused) -> Failure {
        Failure::argument(
            index,
            match why {
                Refused::NotAView => "a view",
                Refused::Shared => "a view on unshared memory",
                Refused::ElementType => "a typed array of the right, aligned element type",
                Refused::Overlap => "a view that overlaps no output of the same call",
            },
        )
    }
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
        let integer = number as usize;
        if integer as f64 != number || number >= 9_007_199_254_740_992.0 {
            return Err(Failure::argument(index, "an offset"));
        }
        Ok(integer)
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

    /// A string whose characters are these bytes (ASCII or Latin-1).
    pub(crate) fn latin1(&self, text: &[u8]) -> Outcome {
        self.string_of(text, sys::napi_create_string_latin1)
    }

    /// A string decoded from UTF-8; what is not valid becomes U+FFFD, as in Node's decoder.
    pub(crate) fn utf8(&self, text: &[u8]) -> Outcome {
        self.string_of(text, sys::napi_create_string_utf8)
    }

    fn string_of(&self, text: &[u8], create: CreateString) -> Outcome {
        let mut value = ptr::null_mut();
        let length = text.len().cast_signed();
        // SAFETY: `env` is of this call; pointer and length are of one live slice, which the call copies.
        let status = unsafe { create(self.env, text.as_ptr().cast(), length, &mut value) };
        if status != sys::Status::napi_ok {
            let why = "the string exceeds V8's limit";
            return Err(Failure::new("ERR_STRING_TOO_LONG", why));
        }
        Ok(Reply::Value(value))
    }

    /// Whether the argument is a typed array of this element type.
    pub(crate) fn is_elements<T: Element>(&self, index: usize) -> bool {
        View::of(self.env, self.arguments[index]).is_ok_and(|view| view.is::<T>())
    }

    pub(super) fn value(&self, reply: Reply) -> Result<sys::napi_value, Failure> {
        let mut value = ptr::null_mut();
        let status = match reply {
            Reply::Undefined => return Ok(ptr::null_mut()),
            Reply::Value(made) => return Ok(made),
            // SAFETY: `env` is of this call; the out pointer is a live local.
            Reply::Bool(bit) => unsafe { sys::napi_get_boolean(self.env, bit, &mut value) },
            Reply::Number(number) if f64::from(number as i32) == number => {
                // SAFETY: as above.
                unsafe { sys::napi_create_int32(self.env, number as i32, &mut value) }
            }
            // SAFETY: as above.
            Reply::Number(number) => unsafe {
                sys::napi_create_double(self.env, number, &mut value)
            },
            // SAFETY: as above.
            Reply::U64(bits) => unsafe {
                sys::napi_create_bigint_uint64(self.env, bits, &mut value)
            },
            Reply::U128(bits) => {
                let words = [bits as u64, (bits >> 64) as u64];
                // SAFETY: as above; the two words outlive the call, which copies them.
                unsafe { sys::napi_create_bigint_words(self.env, 0, 2, words.as_ptr(), &mut value) }
            }
        };
        if status != sys::Status::napi_ok {
            return Err(Failure::internal("N-API could not make the result"));
        }
        Ok(value)
    }
}
