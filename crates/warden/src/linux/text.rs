//! Arguments, environment, and short texts in memory of a fixed size.

use core::ffi::{CStr, c_char};
use core::fmt;

/// What the kernel gives a new process.
///
/// Invariant: `argv` points to `count` C strings and a null, which `envp` follows likewise; all of it is writable, lives
/// as long as the process, and is known to nobody else.
pub(super) struct Arguments {
    count: usize,
    argv: *mut *const c_char,
}

impl Arguments {
    /// # Safety
    /// `stack` is what the kernel gave this process.
    pub(super) unsafe fn at(stack: *mut usize) -> Option<Self> {
        // SAFETY: the caller's promise: the count stands first.
        let count = unsafe { *stack };
        // SAFETY: the arguments follow it.
        let argv = unsafe { stack.add(1) }.cast();
        (count > crate::wire::ARGUMENTS).then_some(Self { count, argv })
    }

    pub(super) fn get(&self, at: usize) -> Option<&CStr> {
        if at >= self.count {
            return None;
        }
        // SAFETY: within the count, by the invariant.
        let place = unsafe { self.argv.add(at) };
        // SAFETY: as above.
        let pointer = unsafe { *place };
        // SAFETY: an argument is a C string, by the invariant.
        Some(unsafe { CStr::from_ptr(pointer) })
    }

    /// The arguments from `at` on, null at their end.
    pub(super) fn from(&self, at: usize) -> *mut *const c_char {
        // SAFETY: `at` is cut to the place of the null.
        unsafe { self.argv.add(at.min(self.count)) }
    }

    /// The environment, null at its end.
    pub(super) fn environment(&self) -> *const *const c_char {
        // SAFETY: it follows the null of the arguments, by the invariant.
        unsafe { self.argv.add(self.count + 1) }.cast_const()
    }

    /// The value of a variable; `name` ends with `=`.
    pub(super) fn variable(&self, name: &[u8]) -> Option<&[u8]> {
        let mut at = self.environment();
        loop {
            // SAFETY: not past the null, which ends the loop.
            let entry = unsafe { *at };
            if entry.is_null() {
                return None;
            }
            // SAFETY: an entry is a C string, by the invariant.
            let entry = unsafe { CStr::from_ptr(entry) }.to_bytes();
            if let Some(value) = entry.strip_prefix(name) {
                return Some(value);
            }
            // SAFETY: an entry that is not null is followed by another.
            at = unsafe { at.add(1) };
        }
    }
}

/// Bytes of the longest path that the kernel takes, its NUL included.
pub(super) const PATH_BYTES: usize = 4096;

/// A C string of bounded length.
///
/// Invariant: the bytes from `length` on are NUL, and `length` is below the size.
pub(super) struct Text<const SIZE: usize> {
    bytes: [u8; SIZE],
    length: usize,
}

impl<const SIZE: usize> Text<SIZE> {
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; SIZE],
            length: 0,
        }
    }

    /// False, and nothing appended, if it does not fit.
    pub(super) fn push(&mut self, part: &[u8]) -> bool {
        let end = self.length + part.len();
        if end >= SIZE {
            return false;
        }
        let Some(place) = self.bytes.get_mut(self.length..end) else {
            return false;
        };
        place.copy_from_slice(part);
        self.length = end;
        true
    }

    pub(super) fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.bytes).unwrap_or(c"")
    }
}

impl<const SIZE: usize> fmt::Write for Text<SIZE> {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        if self.push(part.as_bytes()) {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}

/// A number in decimal digits, with a sign.
pub(super) fn number(text: &[u8]) -> Option<i64> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Arguments, Text, number};
    use core::fmt::Write;
    use std::ffi::CString;
    use std::vec::Vec;

    #[test]
    fn a_text_keeps_its_nul() {
        let mut text = Text::<6>::new();
        assert!(write!(text, "{}", 123).is_ok());
        assert!(!text.push(b"456"));
        assert!(text.push(b"45"));
        assert_eq!(text.as_c_str(), c"12345");
    }

    #[test]
    fn numbers() {
        assert_eq!(number(b"-20"), Some(-20));
        assert_eq!(number(b"-"), None);
        assert_eq!(number(b""), None);
    }

    #[test]
    fn arguments_and_variables() {
        let strings: Vec<CString> = ["w", "s", "", "f", "name", "PATH=/x", "PATHS=/y"]
            .into_iter()
            .map(|text| CString::new(text).expect("no NUL"))
            .collect();
        let address = |at: usize| strings[at].as_ptr() as usize;
        let mut stack: Vec<usize> = (0..5).map(address).collect();
        stack.insert(0, 5);
        stack.extend([0, address(6), address(5), 0]);
        // SAFETY: laid out as the kernel does it.
        let arguments = unsafe { Arguments::at(stack.as_mut_ptr()) }.expect("enough of them");
        assert_eq!(arguments.get(3), Some(c"f"));
        assert_eq!(arguments.get(5), None);
        assert_eq!(arguments.variable(b"PATH="), Some(&b"/x"[..]));
        assert_eq!(arguments.variable(b"HOME="), None);
        stack[0] = 4;
        // SAFETY: as above.
        assert!(unsafe { Arguments::at(stack.as_mut_ptr()) }.is_none());
    }
}
