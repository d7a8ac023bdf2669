//! The four functions that the compiler calls for copies and comparisons, and that a C library would have.
//!
//! Written with volatile accesses, so that the compiler does not make calls to themselves of them.

use core::ffi::c_void;

macro_rules! provide {
    ($(fn $name:ident($($argument:ident: $kind:ty),*) -> $result:ty $body:block)*) => {
        $(
            /// # Safety
            /// As the C library's function of this name.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $name($($argument: $kind),*) -> $result $body
        )*
    };
}

provide! {
    fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
        for at in 0..count {
            // SAFETY: both are valid for `count` bytes, says the caller.
            let byte = unsafe { from.add(at).read_volatile() };
            // SAFETY: as above.
            unsafe { to.add(at).write_volatile(byte) };
        }
        to
    }

    fn memmove(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
        let backwards = (to as usize) > (from as usize);
        for step in 0..count {
            let at = if backwards { count - 1 - step } else { step };
            // SAFETY: both are valid for `count` bytes, says the caller.
            let byte = unsafe { from.add(at).read_volatile() };
            // SAFETY: as above.
            unsafe { to.add(at).write_volatile(byte) };
        }
        to
    }

    fn memset(to: *mut u8, byte: i32, count: usize) -> *mut u8 {
        for at in 0..count {
            // SAFETY: valid for `count` bytes, says the caller.
            unsafe { to.add(at).write_volatile(byte as u8) };
        }
        to
    }

    fn memcmp(one: *const u8, other: *const u8, count: usize) -> i32 {
        for at in 0..count {
            // SAFETY: both are valid for `count` bytes, says the caller.
            let left = unsafe { one.add(at).read_volatile() };
            // SAFETY: as above.
            let right = unsafe { other.add(at).read_volatile() };
            if left != right {
                return i32::from(left) - i32::from(right);
            }
        }
        0
    }

    fn bcmp(one: *const u8, other: *const u8, count: usize) -> i32 {
        // SAFETY: the same contract.
        unsafe { memcmp(one, other, count) }
    }

    fn strlen(text: *const c_void) -> usize {
        let text: *const u8 = text.cast();
        let mut length = 0;
        // SAFETY: it ends with NUL, says the caller.
        while unsafe { text.add(length).read_volatile() } != 0 {
            length += 1;
        }
        length
    }
}
