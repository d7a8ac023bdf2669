//! The core's traits on pipes, through the I/O thread's epoll or kqueue.

use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, AsRawFd};
use std::task::{Context, Poll, ready};

use ironloop_core::process::{Read, Sink, Source};
use ironloop_sys::process::{Reader, Writer};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// What a pipe holds unless it was grown.
const PIPE_BYTES: usize = 64 * 1024;
const LARGE_PIPE_BYTES: usize = 1024 * 1024;

pub(super) struct PipeSource {
    pipe: AsyncFd<Reader>,
    size: usize,
}

impl PipeSource {
    pub(super) fn new(pipe: Reader) -> io::Result<Self> {
        let pipe = watch(pipe, Interest::READABLE)?;
        let size = PIPE_BYTES;
        Ok(Self { pipe, size })
    }

    fn read(&self, into: &mut Vec<u8>) -> io::Result<Read> {
        loop {
            match self.pipe.get_ref().read(into, self.size) {
                Ok(count) => {
                    let full = count == self.size;
                    return Ok(Read { count, full });
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Registers a descriptor that owns itself (`AsFd`), which is what the newer, unsafe constructor asks its caller to see to.
#[allow(
    deprecated,
    reason = "no unsafe here; the bound gives what the deprecation misses"
)]
pub(super) fn watch<T: AsFd + AsRawFd>(
    descriptor: T,
    interest: Interest,
) -> io::Result<AsyncFd<T>> {
    AsyncFd::with_interest(descriptor, interest)
}

const END: Read = Read {
    count: 0,
    full: false,
};

impl Source for PipeSource {
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut Vec<u8>) -> Poll<Read> {
        loop {
            let Ok(mut guard) = ready!(self.pipe.poll_read_ready(context)) else {
                return Poll::Ready(END);
            };
            match self.read(into) {
                Ok(read) => {
                    // Less than asked for: the pipe is empty, and what comes or ends later rings again.
                    if read.count > 0 && !read.full {
                        guard.clear_ready();
                    }
                    return Poll::Ready(read);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => guard.clear_ready(),
                Err(_) => return Poll::Ready(END),
            }
        }
    }

    fn read_now(&mut self, into: &mut Vec<u8>) -> Option<Read> {
        match self.read(into) {
            Ok(read) => Some(read),
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(_) => Some(END),
        }
    }

    fn grow(&mut self) -> bool {
        match self.pipe.get_ref().grow(LARGE_PIPE_BYTES) {
            Ok(size) => {
                self.size = size.max(PIPE_BYTES);
                true
            }
            Err(_) => false,
        }
    }
}

pub(super) struct PipeSink(AsyncFd<Writer>);

impl PipeSink {
    pub(super) fn new(pipe: Writer) -> io::Result<Self> {
        Ok(Self(watch(pipe, Interest::WRITABLE)?))
    }
}

impl Sink for PipeSink {
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Option<usize>> {
        loop {
            let Ok(mut guard) = ready!(self.0.poll_write_ready(context)) else {
                return Poll::Ready(None);
            };
            match self.0.get_ref().write(bytes) {
                Ok(count) => return Poll::Ready(Some(count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => guard.clear_ready(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Poll::Ready(None),
            }
        }
    }
}
