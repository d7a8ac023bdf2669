use std::io;
use std::ptr::{self, NonNull};

/// What the child's few calls need, with room for an unoptimised build.
const SIZE: usize = 64 * 1024;

/// The stack that children run on until they execute, below it a page that faults.
///
/// The parent thread is suspended meanwhile, so one stack serves all children of a spawner, one after another.
pub(super) struct Stack {
    base: NonNull<u8>,
    length: usize,
}

// SAFETY: the mapping belongs to this value alone and is not tied to a thread.
unsafe impl Send for Stack {}

impl Stack {
    pub(super) fn new() -> io::Result<Self> {
        // SAFETY: asks for a constant.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
        let length = page + SIZE;
        // SAFETY: a fresh private mapping at an address of the kernel's choice.
        let base = unsafe {
            libc::mmap(
                ptr::null_mut(),
                length,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_STACK,
                -1,
                0,
            )
        };
        let base = if base == libc::MAP_FAILED {
            None
        } else {
            NonNull::new(base.cast())
        };
        let stack = Self {
            base: base.ok_or_else(io::Error::last_os_error)?,
            length,
        };
        // SAFETY: the first page of our own mapping.
        let guarded = unsafe { libc::mprotect(stack.base.as_ptr().cast(), page, libc::PROT_NONE) };
        if guarded != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(stack)
    }

    /// Where the stack begins: it grows down. Page-aligned, so aligned for every ABI.
    pub(super) fn top(&self) -> *mut u8 {
        // SAFETY: one past the end of our mapping.
        unsafe { self.base.as_ptr().add(self.length) }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: our own mapping; no child runs on it, because clone returns only after the child let go of it.
        unsafe { libc::munmap(self.base.as_ptr().cast(), self.length) };
    }
}
