//! How a process wakes another that sleeps: a byte on a pair of sockets.
//!
//! Not an eventfd: both processes would share its one open file, and with it the flag that keeps a write to a full one from
//! blocking, which an ill-meaning process could clear. Of a pair of sockets each has an end of its own, and each call
//! says by itself that it must not wait.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;

/// One end: rings the other, and hears when that rings.
#[derive(Debug)]
pub struct Bell(OwnedFd);

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// `more`: another look may show more.
    Rung { more: bool },
    /// Nothing since the last time.
    Nothing,
    /// The other end is closed.
    Gone,
}

impl Bell {
    /// Both ends; the second is for another process.
    ///
    /// # Errors
    /// EMFILE, ENFILE.
    pub fn pair() -> io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = UnixStream::pair()?;
        Ok((Self(ours.into()), theirs.into()))
    }

    /// The end that another process made for us.
    #[must_use]
    pub fn adopt(end: OwnedFd) -> Self {
        Self(end)
    }

    /// Wakes the other. Where it has not heard so many rings that no more fit, or has gone, there is nobody to be woken.
    pub fn ring(&self) {
        // SAFETY: one readable byte. A lost reader gives EPIPE instead of a signal, a full socket EAGAIN.
        unsafe {
            libc::send(
                self.0.as_raw_fd(),
                [1_u8].as_ptr().cast(),
                1,
                libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL,
            )
        };
    }

    /// Takes the rings that have come, as far as one look shows them.
    pub fn hear(&self) -> Heard {
        let mut rings = [0_u8; 256];
        // SAFETY: `rings` is writable for its length and outlives the call.
        let count = unsafe {
            libc::recv(
                self.0.as_raw_fd(),
                rings.as_mut_ptr().cast(),
                rings.len(),
                libc::MSG_DONTWAIT,
            )
        };
        match count {
            1.. => Heard::Rung {
                more: count.cast_unsigned() == rings.len(),
            },
            0 => Heard::Gone,
            _ => match io::Error::last_os_error().kind() {
                io::ErrorKind::WouldBlock => Heard::Nothing,
                io::ErrorKind::Interrupted => Heard::Rung { more: true },
                _ => Heard::Gone,
            },
        }
    }
}

impl AsFd for Bell {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for Bell {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::{Bell, Heard};

    #[test]
    fn rings_are_heard_and_never_block() {
        let (ours, theirs) = Bell::pair().expect("a bell");
        let theirs = Bell::adopt(theirs);
        assert_eq!(theirs.hear(), Heard::Nothing);
        for _ in 0..100_000 {
            ours.ring();
        }
        while matches!(theirs.hear(), Heard::Rung { .. }) {}
        assert_eq!(theirs.hear(), Heard::Nothing);
        drop(theirs);
        ours.ring();
        // A child that another test starts has a copy of the other end until it executes.
        while ours.hear() == Heard::Nothing {
            std::thread::yield_now();
        }
        assert_eq!(ours.hear(), Heard::Gone);
    }
}
