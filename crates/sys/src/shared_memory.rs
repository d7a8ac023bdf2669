//! Memory that two processes share: a sealed memfd, mapped by both.
//!
//! Invariant: it has the size that it was made with for as long as it exists: its seals forbid both processes to shrink or
//! grow it, so no access can fault, whatever the other does.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr::{self, NonNull};
use std::sync::atomic::AtomicU64;

const WORD: usize = size_of::<AtomicU64>();
const SEALS: libc::c_int = libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_SEAL;

/// Words that another process may read and write at any time.
#[derive(Debug)]
pub struct SharedMemory {
    start: NonNull<AtomicU64>,
    words: usize,
}

// SAFETY: the mapping belongs to the value, wherever that goes; what is in it is only accessed atomically.
unsafe impl Send for SharedMemory {}

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(result)
}

impl SharedMemory {
    /// So many zeroes, and the descriptor by which another process gets at them.
    ///
    /// # Errors
    /// EMFILE, ENFILE, ENOMEM.
    pub fn create(words: usize) -> io::Result<(Self, OwnedFd)> {
        let flags = libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING;
        // SAFETY: the name is NUL-terminated.
        let fd = check(unsafe { libc::memfd_create(c"ironloop-ipc".as_ptr(), flags) })?;
        // SAFETY: the kernel has just given it to us, and nobody else knows it.
        let file = unsafe { OwnedFd::from_raw_fd(fd) };
        let bytes = libc::off_t::try_from(words * WORD).map_err(|_| io::ErrorKind::InvalidInput)?;
        // SAFETY: numbers only.
        check(unsafe { libc::ftruncate(fd, bytes) })?;
        // SAFETY: numbers only.
        check(unsafe { libc::fcntl(fd, libc::F_ADD_SEALS, SEALS) })?;
        Ok((Self::map(&file, words)?, file))
    }

    /// The memory behind a descriptor that came from [`Self::create`] in another process.
    ///
    /// # Errors
    /// EINVAL for anything else, or of another size; ENOMEM.
    pub fn adopt(file: &OwnedFd, words: usize) -> io::Result<Self> {
        // SAFETY: numbers only.
        let seals = check(unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GET_SEALS) })?;
        // SAFETY: plain data; all zeroes is a valid value.
        let mut about: libc::stat = unsafe { std::mem::zeroed() };
        // SAFETY: `about` is valid for the call.
        check(unsafe { libc::fstat(file.as_raw_fd(), &mut about) })?;
        // In this order: a size that is sealed is the one that it stays.
        if seals & SEALS != SEALS || usize::try_from(about.st_size) != Ok(words * WORD) {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        }
        Self::map(file, words)
    }

    fn map(file: &OwnedFd, words: usize) -> io::Result<Self> {
        // SAFETY: a new mapping at an address of the kernel's choice; the file has this size for good.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                words * WORD,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                file.as_raw_fd(),
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { start, words })
    }

    /// All of it.
    #[must_use]
    pub fn words(&self) -> &[AtomicU64] {
        // SAFETY: the mapping has so many words, page-aligned, and lives as long as `self`; any bits are an AtomicU64, and
        // what the other process does to them is, to us, what another thread's atomic accesses would be.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.words) }
    }
}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        // SAFETY: our own mapping, of this size; every reference into it borrows `self`.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.words * WORD) };
    }
}

#[cfg(test)]
mod tests {
    use super::SharedMemory;
    use std::fs::File;
    use std::os::fd::OwnedFd;
    use std::sync::atomic::Ordering;

    #[test]
    fn both_mappings_are_the_same_memory() {
        let (ours, file) = SharedMemory::create(1024).expect("a segment");
        let theirs = SharedMemory::adopt(&file, 1024).expect("the same segment");
        ours.words()[1023].store(7, Ordering::SeqCst);
        assert_eq!(theirs.words()[1023].load(Ordering::SeqCst), 7);
        drop(ours);
        assert_eq!(theirs.words()[1023].load(Ordering::SeqCst), 7);
    }

    #[test]
    fn nobody_can_take_memory_away() {
        let (ours, file) = SharedMemory::create(1024).expect("a segment");
        let file = File::from(file);
        assert!(file.set_len(0).is_err());
        assert!(file.set_len(1 << 20).is_err());
        assert_eq!(ours.words().len(), 1024);
    }

    #[test]
    fn what_is_no_segment_of_this_size_is_refused() {
        let (_ours, file) = SharedMemory::create(1024).expect("a segment");
        assert!(SharedMemory::adopt(&file, 1025).is_err());
        let null = OwnedFd::from(File::open("/dev/null").expect("the null device"));
        assert!(SharedMemory::adopt(&null, 1024).is_err());
    }
}
