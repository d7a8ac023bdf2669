//! The parent's end of the socket to a warden.

pub use ironloop_warden::wire::{Ended, Order, Report};

#[cfg(not(target_os = "linux"))]
pub use nowhere::Control;
#[cfg(target_os = "linux")]
pub use on_linux::Control;

#[cfg(target_os = "linux")]
mod on_linux {
    use std::io;
    use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

    use ironloop_warden::wire::{Order, REPORT, Report};

    use crate::process::pipe::clear_of_standard;
    use crate::process::{SpawnError, Step};

    /// The parent's end. Never blocks.
    #[derive(Debug)]
    pub struct Control(OwnedFd);

    impl Control {
        /// Our end and the warden's, both close-on-exec.
        pub(crate) fn pair() -> io::Result<(Self, OwnedFd)> {
            let mut ends = [-1; 2];
            let kind = libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC;
            // SAFETY: `ends` has room for the two descriptors.
            if unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, ends.as_mut_ptr()) } != 0 {
                return Err(io::Error::last_os_error());
            }
            // SAFETY: the kernel just created this descriptor for us.
            let ours = unsafe { OwnedFd::from_raw_fd(ends[0]) };
            // SAFETY: as above.
            let theirs = unsafe { OwnedFd::from_raw_fd(ends[1]) };
            // SAFETY: plain fcntl on a descriptor that we own; a new socket has no other flags.
            if unsafe { libc::fcntl(ours.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) } != 0 {
                return Err(io::Error::last_os_error());
            }
            Ok((Self(clear_of_standard(ours)?), theirs))
        }

        /// Asks the warden for something.
        ///
        /// # Errors
        /// When it is gone, and with it all that it guarded.
        pub fn send(&self, order: Order) -> io::Result<()> {
            let packet = order.encode();
            let flags = libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT;
            // SAFETY: `packet` is readable for its length.
            let sent = unsafe {
                libc::send(
                    self.0.as_raw_fd(),
                    packet.as_ptr().cast(),
                    packet.len(),
                    flags,
                )
            };
            if sent < 0 {
                Err(io::Error::last_os_error())
            } else {
                Ok(())
            }
        }

        /// What the warden said; None when it is gone, as after anything that no warden says.
        ///
        /// # Errors
        /// `WouldBlock` when it said nothing.
        pub fn receive(&self) -> io::Result<Option<Report>> {
            let mut packet = [0_u8; REPORT];
            // SAFETY: `packet` is writable for its length.
            let count = unsafe {
                libc::recv(
                    self.0.as_raw_fd(),
                    packet.as_mut_ptr().cast(),
                    packet.len(),
                    libc::MSG_DONTWAIT,
                )
            };
            match usize::try_from(count) {
                Ok(count) => Ok(packet.get(..count).and_then(Report::decode)),
                Err(_) => match io::Error::last_os_error() {
                    error if error.kind() == io::ErrorKind::ConnectionReset => Ok(None),
                    error => Err(error),
                },
            }
        }
    }

    impl AsFd for Control {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.0.as_fd()
        }
    }

    impl AsRawFd for Control {
        fn as_raw_fd(&self) -> RawFd {
            self.0.as_raw_fd()
        }
    }

    impl From<ironloop_warden::wire::Step> for Step {
        fn from(step: ironloop_warden::wire::Step) -> Self {
            use ironloop_warden::wire::Step as Wire;
            match step {
                Wire::Clone => Self::Clone,
                Wire::Attributes => Self::Attributes,
                Wire::Identity => Self::Identity,
                Wire::Exec => Self::Exec,
            }
        }
    }

    impl SpawnError {
        /// What a warden says of a program that it could not start.
        #[must_use]
        pub fn reported(step: ironloop_warden::wire::Step, errno: i32) -> Self {
            Self::new(step.into(), errno)
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod nowhere {
    use std::io;

    use ironloop_warden::wire::{Order, Report};

    /// There is none.
    #[derive(Debug)]
    pub enum Control {}

    impl Control {
        /// Never called.
        ///
        /// # Errors
        /// Never.
        pub fn send(&self, _order: Order) -> io::Result<()> {
            match *self {}
        }

        /// Never called.
        ///
        /// # Errors
        /// Never.
        pub fn receive(&self) -> io::Result<Option<Report>> {
            match *self {}
        }
    }
}
