//! What a raw function returns: a value, or a failure that is thrown.

use std::ptr;

use napi::sys;

use super::Call;
use crate::bytes::Refused;

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
    pub(super) fn argument(index: usize, expected: &str) -> Failure {
        Failure::internal(format!("raw argument {index} must be {expected}"))
    }

    #[cold]
    pub(super) fn refused(index: usize, why: Refused) -> Failure {
        Failure::argument(
            index,
            match why {
                Refused::NotAView => "a view",
                Refused::Shared => "a view on unshared memory",
                Refused::ElementType => "a typed array of the right, aligned element type",
                #[cfg(target_family = "wasm")]
                Refused::NoMemory => "a view that there is memory for in this WASM instance",
                Refused::Overlap => "a view that overlaps no output of the same call",
            },
        )
    }
}

impl Call {
    /// A string whose characters are these bytes (ASCII or Latin-1).
    pub(crate) fn latin1(&self, text: &[u8]) -> Outcome {
        let mut value = ptr::null_mut();
        // SAFETY: `env` is of this call; pointer and length are of one live slice, which the call copies.
        let status = unsafe {
            sys::napi_create_string_latin1(
                self.env(),
                text.as_ptr().cast(),
                text.len().cast_signed(),
                &mut value,
            )
        };
        if status != sys::Status::napi_ok {
            return Err(Failure::new(
                "ERR_STRING_TOO_LONG",
                "the string exceeds V8's limit",
            ));
        }
        Ok(Reply::Value(value))
    }

    /// A string decoded from UTF-8; what is not valid becomes U+FFFD, as in Node's decoder.
    pub(crate) fn utf8(&self, text: &[u8]) -> Outcome {
        let mut value = ptr::null_mut();
        // SAFETY: as in `latin1`.
        let status = unsafe {
            sys::napi_create_string_utf8(
                self.env(),
                text.as_ptr().cast(),
                text.len().cast_signed(),
                &mut value,
            )
        };
        if status != sys::Status::napi_ok {
            return Err(Failure::new(
                "ERR_STRING_TOO_LONG",
                "the string exceeds V8's limit",
            ));
        }
        Ok(Reply::Value(value))
    }

    pub(super) fn value(&self, reply: Reply) -> Result<sys::napi_value, Failure> {
        let mut value = ptr::null_mut();
        let status = match reply {
            Reply::Undefined => return Ok(ptr::null_mut()),
            Reply::Value(made) => return Ok(made),
            // SAFETY: `env` is of this call; the out pointer is a live local.
            Reply::Bool(bit) => unsafe { sys::napi_get_boolean(self.env(), bit, &mut value) },
            Reply::Number(number) if f64::from(number as i32) == number => {
                // SAFETY: as above.
                unsafe { sys::napi_create_int32(self.env(), number as i32, &mut value) }
            }
            // SAFETY: as above.
            Reply::Number(number) => unsafe {
                sys::napi_create_double(self.env(), number, &mut value)
            },
            // SAFETY: as above.
            Reply::U64(bits) => unsafe {
                sys::napi_create_bigint_uint64(self.env(), bits, &mut value)
            },
            Reply::U128(bits) => {
                let words = [bits as u64, (bits >> 64) as u64];
                // SAFETY: as above; the two words outlive the call, which copies them.
                unsafe {
                    sys::napi_create_bigint_words(self.env(), 0, 2, words.as_ptr(), &mut value)
                }
            }
        };
        if status != sys::Status::napi_ok {
            return Err(Failure::internal("N-API could not make the result"));
        }
        Ok(value)
    }
}
