//! Descriptors that JavaScript names by their numbers.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

/// A descriptor of our own for what `number` stands for here, which stays with who has it.
///
/// # Errors
/// EBADF, EMFILE.
pub fn duplicate(number: RawFd) -> io::Result<OwnedFd> {
    // SAFETY: F_DUPFD_CLOEXEC reads no memory of ours; a number that is no descriptor is answered with EBADF.
    let duplicate = unsafe { libc::fcntl(number, libc::F_DUPFD_CLOEXEC, 0) };
    if duplicate < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: fcntl has just made it, so it is open and nobody else's.
    Ok(unsafe { OwnedFd::from_raw_fd(duplicate) })
}

#[cfg(test)]
mod tests {
    use super::duplicate;

    #[test]
    fn a_number_that_is_no_descriptor_is_refused() {
        assert!(duplicate(-1).is_err());
    }
}
