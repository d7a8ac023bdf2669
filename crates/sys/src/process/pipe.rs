use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// The parent's reading end of a child's output; never blocks.
#[derive(Debug)]
pub struct Reader(OwnedFd);

/// The parent's writing end of a child's input; never blocks.
#[derive(Debug)]
pub struct Writer(OwnedFd);

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

/// An end of the parent's that is none of its standard descriptors: where one of those was closed, what the host says on
/// it would go to the child, and libuv refuses to ever close it.
pub(crate) fn clear_of_standard(end: OwnedFd) -> io::Result<OwnedFd> {
    if end.as_raw_fd() > libc::STDERR_FILENO {
        return Ok(end);
    }
    let first = libc::STDERR_FILENO + 1;
    // SAFETY: plain fcntl on a descriptor that `end` owns.
    let copy = check(unsafe { libc::fcntl(end.as_raw_fd(), libc::F_DUPFD_CLOEXEC, first) })?;
    // SAFETY: the kernel just created this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}

/// Only the parent's end: the flag belongs to the open file, of which each end has its own.
fn set_nonblocking(end: &OwnedFd) -> io::Result<()> {
    // SAFETY: plain fcntl on a descriptor that `end` owns.
    let flags = check(unsafe { libc::fcntl(end.as_raw_fd(), libc::F_GETFL) })?;
    // SAFETY: as above.
    check(unsafe { libc::fcntl(end.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK) })?;
    Ok(())
}

impl Reader {
    pub(crate) fn new(end: OwnedFd) -> io::Result<Self> {
        let end = clear_of_standard(end)?;
        set_nonblocking(&end)?;
        Ok(Self(end))
    }

    /// Appends what the pipe holds, at most `max` bytes, into memory that `into` has spare or gets. 0 is its end.
    ///
    /// # Errors
    /// `WouldBlock` when the pipe is empty now; else what read(2) says.
    pub fn read(&self, into: &mut Vec<u8>, max: usize) -> io::Result<usize> {
        into.reserve(max);
        let spare = into.spare_capacity_mut();
        let room = spare.len().min(max);
        // SAFETY: `spare` has at least `room` writable bytes and outlives the call.
        let count = unsafe { libc::read(self.0.as_raw_fd(), spare.as_mut_ptr().cast(), room) };
        let Ok(count) = usize::try_from(count) else {
            return Err(io::Error::last_os_error());
        };
        let length = into.len() + count;
        // SAFETY: the kernel initialised `count` bytes after the old length, within the capacity.
        unsafe { into.set_len(length) };
        Ok(count)
    }

    /// Asks for a larger pipe and answers its size. Fails where the user's share of pipe memory is used up.
    ///
    /// # Errors
    /// EPERM past the user's limit, EBUSY, or a platform without such pipes.
    #[cfg(target_os = "linux")]
    pub fn grow(&self, bytes: usize) -> io::Result<usize> {
        let wanted = libc::c_int::try_from(bytes).unwrap_or(libc::c_int::MAX);
        // SAFETY: plain fcntl on a descriptor that we own.
        let size = check(unsafe { libc::fcntl(self.0.as_raw_fd(), libc::F_SETPIPE_SZ, wanted) })?;
        Ok(usize::try_from(size).unwrap_or(0))
    }

    /// This platform sizes its pipes by itself.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(target_os = "linux"))]
    pub fn grow(&self, _bytes: usize) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Writer {
    pub(crate) fn new(end: OwnedFd) -> io::Result<Self> {
        let end = clear_of_standard(end)?;
        set_nonblocking(&end)?;
        Ok(Self(end))
    }

    /// Writes what fits.
    ///
    /// # Errors
    /// `WouldBlock` when the pipe is full, `BrokenPipe` when nobody reads it any more. Where the host process does not
    /// ignore SIGPIPE, it stays pending on the calling thread, which blocks all signals.
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: `bytes` is readable for its length.
        let count = unsafe { libc::write(self.0.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) };
        usize::try_from(count).map_err(|_| io::Error::last_os_error())
    }
}

macro_rules! descriptor {
    ($end:ty) => {
        impl AsFd for $end {
            fn as_fd(&self) -> BorrowedFd<'_> {
                self.0.as_fd()
            }
        }

        impl AsRawFd for $end {
            fn as_raw_fd(&self) -> RawFd {
                self.0.as_raw_fd()
            }
        }
    };
}

descriptor!(Reader);
descriptor!(Writer);

#[cfg(test)]
mod tests {
    use super::{Reader, Writer};
    use std::io::{self, ErrorKind};
    use std::time::{Duration, Instant};

    fn ends() -> (Reader, Writer) {
        let (read, write) = io::pipe().expect("a pipe");
        (
            Reader::new(read.into()).expect("a reader"),
            Writer::new(write.into()).expect("a writer"),
        )
    }

    /// Asks again until the answer is another: between its fork and its exec a child of another test has copies of our ends.
    fn in_the_end<T: PartialEq>(passing: &T, mut ask: impl FnMut() -> T) -> T {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let answer = ask();
            if answer != *passing || Instant::now() > deadline {
                return answer;
            }
            std::thread::yield_now();
        }
    }

    #[test]
    fn reads_append_and_never_block() {
        let (reader, writer) = ends();
        let mut bytes = b"a".to_vec();
        let empty = reader.read(&mut bytes, 10).expect_err("an empty pipe");
        assert_eq!(empty.kind(), ErrorKind::WouldBlock);
        assert_eq!(writer.write(b"bcdef").expect("room"), 5);
        assert_eq!(reader.read(&mut bytes, 3).expect("bytes"), 3);
        assert_eq!(reader.read(&mut bytes, 3).expect("bytes"), 2);
        drop(writer);
        let mut at_the_end = || reader.read(&mut bytes, 3).map_err(|error| error.kind());
        assert_eq!(
            in_the_end(&Err(ErrorKind::WouldBlock), &mut at_the_end),
            Ok(0)
        );
        assert_eq!(bytes, b"abcdef");
    }

    #[test]
    fn a_full_pipe_and_a_lost_reader_are_told_apart() {
        let (reader, writer) = ends();
        let block = vec![0; 65536];
        while writer.write(&block).is_ok() {}
        let full = writer.write(&block).expect_err("a full pipe");
        assert_eq!(full.kind(), ErrorKind::WouldBlock);
        drop(reader);
        let write = || writer.write(&block).map_err(|error| error.kind());
        let lost = in_the_end(&Err(ErrorKind::WouldBlock), write);
        assert_eq!(lost, Err(ErrorKind::BrokenPipe));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_pipe_grows() {
        let (reader, writer) = ends();
        assert!(reader.grow(1 << 17).expect("a larger pipe") >= 1 << 17);
        assert_eq!(writer.write(&vec![0; 1 << 17]).expect("room"), 1 << 17);
    }
}
