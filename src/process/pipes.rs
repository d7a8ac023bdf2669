//! The core's traits on pipes, through the I/O thread's epoll or kqueue.

use std::io::{self, ErrorKind};
use std::mem;
use std::os::fd::{AsFd, AsRawFd};
use std::task::{Context, Poll, ready};

use ironloop_core::process::{Read, Sink, Source};
use ironloop_sys::process::{Reader, Writer};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

#[cfg_attr(not(target_os = "linux"), path = "pipes/pace_none.rs")]
mod pace;

use pace::{Meter, Pace};

/// What a pipe holds unless it was grown.
const PIPE_BYTES: usize = 64 * 1024;
const LARGE_PIPE_BYTES: usize = 1024 * 1024;

pub(super) struct PipeSource {
    pipe: Pipe,
    size: usize,
    meter: Meter,
}

/// When it is read.
enum Pipe {
    /// At each write.
    Watched(AsyncFd<Reader>),
    /// At its ticks.
    Paced(Reader, Pace),
    /// Neither, while one becomes the other.
    Lost,
}

impl PipeSource {
    pub(super) fn new(pipe: Reader) -> io::Result<Self> {
        Ok(Self {
            pipe: Pipe::Watched(watch(pipe, Interest::READABLE)?),
            size: PIPE_BYTES,
            meter: Meter::new(),
        })
    }

    /// Its writer fills it faster than is worth a look at each write; a pipe that stayed small would be full too soon.
    fn quicken(&mut self) {
        if self.size < LARGE_PIPE_BYTES {
            return;
        }
        let Ok(pace) = Pace::new() else { return };
        self.pipe = match mem::replace(&mut self.pipe, Pipe::Lost) {
            Pipe::Watched(pipe) => Pipe::Paced(pipe.into_inner(), pace),
            other => other,
        };
    }

    #[allow(
        deprecated,
        reason = "no unsafe here; the pipe owns itself, as for `watch`"
    )]
    fn slow_down(&mut self) {
        self.pipe = match mem::replace(&mut self.pipe, Pipe::Lost) {
            Pipe::Paced(pipe, pace) => match AsyncFd::try_with_interest(pipe, Interest::READABLE) {
                Ok(pipe) => Pipe::Watched(pipe),
                // There is no room to watch it, but what comes is not to be lost.
                Err(refused) => Pipe::Paced(refused.into_parts().0, pace),
            },
            other => other,
        };
        self.meter = Meter::new();
    }
}

impl PipeSource {
    /// None to be asked again.
    fn poll_watched(
        &mut self,
        context: &mut Context<'_>,
        into: &mut Vec<u8>,
    ) -> Poll<Option<Read>> {
        let Pipe::Watched(pipe) = &self.pipe else {
            return Poll::Ready(None);
        };
        let Ok(mut guard) = ready!(pipe.poll_read_ready(context)) else {
            return Poll::Ready(Some(END));
        };
        Poll::Ready(match read(pipe.get_ref(), into, self.size) {
            Ok(mut read) => {
                // Less than asked for: the pipe is empty, and what comes or ends later rings again.
                if read.count > 0 && !read.full {
                    guard.clear_ready();
                }
                if self.meter.is_fast(read.count) {
                    read.full = true;
                    self.quicken();
                }
                Some(read)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                guard.clear_ready();
                None
            }
            Err(_) => Some(END),
        })
    }

    /// None to be asked again.
    fn poll_paced(&mut self, context: &mut Context<'_>, into: &mut Vec<u8>) -> Poll<Option<Read>> {
        let Pipe::Paced(pipe, pace) = &self.pipe else {
            return Poll::Ready(None);
        };
        ready!(pace.poll(context));
        Poll::Ready(match read(pipe, into, self.size) {
            Ok(read) => {
                if read.count > 0 && !read.full && !pace.next(read.count, context) {
                    self.slow_down();
                }
                Some(read)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                pace.next(0, context);
                self.slow_down();
                None
            }
            Err(_) => Some(END),
        })
    }
}

fn read(pipe: &Reader, into: &mut Vec<u8>, size: usize) -> io::Result<Read> {
    loop {
        match pipe.read(into, size) {
            Ok(count) => {
                let full = count == size;
                return Ok(Read { count, full });
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
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
            let polled = match &self.pipe {
                Pipe::Watched(_) => self.poll_watched(context, into),
                Pipe::Paced(..) => self.poll_paced(context, into),
                Pipe::Lost => Poll::Ready(Some(END)),
            };
            if let Some(read) = ready!(polled) {
                return Poll::Ready(read);
            }
        }
    }

    fn read_now(&mut self, into: &mut Vec<u8>) -> Option<Read> {
        let pipe = match &self.pipe {
            Pipe::Watched(pipe) => pipe.get_ref(),
            Pipe::Paced(pipe, _) => pipe,
            Pipe::Lost => return Some(END),
        };
        match read(pipe, into, self.size) {
            Ok(read) => Some(read),
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(_) => Some(END),
        }
    }

    fn grow(&mut self) -> bool {
        let pipe = match &self.pipe {
            Pipe::Watched(pipe) => pipe.get_ref(),
            Pipe::Paced(pipe, _) => pipe,
            Pipe::Lost => return false,
        };
        match pipe.grow(LARGE_PIPE_BYTES) {
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
