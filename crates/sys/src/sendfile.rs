//! sendfile(2): from a file to a socket without the bytes passing through this process. Linux and macOS.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

/// Sends up to `most` bytes of the file from `offset` on; returns how many, 0 at the end of the file.
///
/// # Errors
/// `WouldBlock` where a non-blocking socket has no room; `InvalidInput` and the like where the kernel cannot do it for
/// these two.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn send_file(
    socket: BorrowedFd<'_>,
    file: BorrowedFd<'_>,
    offset: u64,
    most: usize,
) -> io::Result<usize> {
    let mut at = libc::off_t::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: both descriptors are open while they are borrowed; `at` is a live local.
    let sent = unsafe { libc::sendfile(socket.as_raw_fd(), file.as_raw_fd(), &mut at, most) };
    usize::try_from(sent).map_err(|_| io::Error::last_os_error())
}

/// As on Linux; what was sent before an error counts.
#[cfg(target_os = "macos")]
pub fn send_file(
    socket: BorrowedFd<'_>,
    file: BorrowedFd<'_>,
    offset: u64,
    most: usize,
) -> io::Result<usize> {
    let at = libc::off_t::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut length = libc::off_t::try_from(most).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: both descriptors are open while they are borrowed; `length` is a live local; there are no headers.
    let status = unsafe {
        libc::sendfile(
            file.as_raw_fd(),
            socket.as_raw_fd(),
            at,
            &mut length,
            std::ptr::null_mut(),
            0,
        )
    };
    if status < 0 && length == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(usize::try_from(length).unwrap_or(0))
}

/// Other systems have no such call, or one of another shape.
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
pub fn send_file(_: BorrowedFd<'_>, _: BorrowedFd<'_>, _: u64, _: usize) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether a write to the socket would not block now.
pub fn is_writable(socket: BorrowedFd<'_>) -> bool {
    let mut poll = libc::pollfd {
        fd: socket.as_raw_fd(),
        events: libc::POLLOUT,
        revents: 0,
    };
    // SAFETY: one live record, and the count says one.
    let ready = unsafe { libc::poll(&mut poll, 1, 0) };
    ready > 0
}

#[cfg(test)]
mod tests {
    use super::{is_writable, send_file};
    use crate::descriptor::duplicate;
    use std::fs::File;
    use std::io::{Read as _, Write as _};
    use std::os::fd::{AsFd, AsRawFd};
    use std::os::unix::net::UnixStream;

    #[test]
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    fn a_part_of_a_file_arrives_until_there_is_no_room() {
        let path = std::env::temp_dir().join(format!("ironloop-sendfile-{}", std::process::id()));
        let bytes: Vec<u8> = (0..2_000_000_u32).map(|n| (n >> 3) as u8).collect();
        File::create(&path)
            .and_then(|mut file| file.write_all(&bytes))
            .expect("written");
        let file = File::open(&path).expect("opened");
        let (ours, mut theirs) = UnixStream::pair().expect("a pair");
        ours.set_nonblocking(true).expect("non-blocking");
        let socket = duplicate(ours.as_raw_fd()).expect("duplicated");
        drop(ours);
        assert!(is_writable(socket.as_fd()));
        let mut sent = 0;
        let full = loop {
            match send_file(socket.as_fd(), file.as_fd(), 1000 + sent as u64, 65_536) {
                Ok(count) => sent += count,
                Err(error) => break error,
            }
        };
        assert_eq!(full.kind(), std::io::ErrorKind::WouldBlock);
        assert!(!is_writable(socket.as_fd()));
        let at_end = send_file(socket.as_fd(), file.as_fd(), 5_000_000, 10);
        assert!(matches!(at_end, Ok(0)) || at_end.is_err());
        drop(socket);
        let mut received = Vec::new();
        theirs.read_to_end(&mut received).expect("read");
        assert!(received == bytes[1000..1000 + sent]);
        std::fs::remove_file(&path).expect("removed");
    }
}
