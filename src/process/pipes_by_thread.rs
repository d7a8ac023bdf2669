//! The core's traits on pipes where they cannot be waited for together: a thread per pipe reads or writes and blocks.

use std::future::Future;
use std::io::{self, Read as _, Write as _};
use std::pin::Pin;
use std::sync::mpsc::{Sender, channel as std_channel};
use std::task::{Context, Poll, ready};
use std::thread;

use ironloop_core::process::{Read, Sink, Source};
use ironloop_sys::process::{Reader, Writer};
use tokio::sync::{mpsc, oneshot};

const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that may wait for the I/O thread; past that the process waits.
const PIECES: usize = 4;

fn start(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.into()).spawn(work)?;
    Ok(())
}

pub(super) struct PipeSource(mpsc::Receiver<Vec<u8>>);

impl PipeSource {
    pub(super) fn new(mut pipe: Reader) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel(PIECES);
        start("ironloop-read", move || {
            let mut piece = vec![0; PIECE_BYTES];
            while let Ok(count @ 1..) = pipe.read(&mut piece) {
                if sender.blocking_send(piece[..count].to_vec()).is_err() {
                    break;
                }
            }
        })?;
        Ok(Self(receiver))
    }
}

fn append(into: &mut Vec<u8>, piece: Option<Vec<u8>>) -> Read {
    let piece = piece.unwrap_or_default();
    into.extend_from_slice(&piece);
    Read {
        count: piece.len(),
        full: false,
    }
}

impl Source for PipeSource {
    fn poll_read(&mut self, context: &mut Context<'_>, into: &mut Vec<u8>) -> Poll<Read> {
        let piece = ready!(self.0.poll_recv(context));
        Poll::Ready(append(into, piece))
    }

    fn read_now(&mut self, into: &mut Vec<u8>) -> Option<Read> {
        match self.0.try_recv() {
            Ok(piece) => Some(append(into, Some(piece))),
            Err(mpsc::error::TryRecvError::Empty) => None,
            Err(mpsc::error::TryRecvError::Disconnected) => Some(append(into, None)),
        }
    }

    fn grow(&mut self) -> bool {
        false
    }
}

type Write = (Vec<u8>, oneshot::Sender<Option<usize>>);

/// One write at a time is under way; the caller asks again with the same bytes until it is answered.
pub(super) struct PipeSink {
    writes: Sender<Write>,
    answer: Option<oneshot::Receiver<Option<usize>>>,
}

impl PipeSink {
    pub(super) fn new(mut pipe: Writer) -> io::Result<Self> {
        let (writes, receiver) = std_channel::<Write>();
        start("ironloop-write", move || {
            for (bytes, answer) in receiver {
                let _ = answer.send(pipe.write(&bytes).ok());
            }
        })?;
        Ok(Self {
            writes,
            answer: None,
        })
    }
}

impl Sink for PipeSink {
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Option<usize>> {
        let writes = &self.writes;
        let answer = self.answer.get_or_insert_with(|| {
            let (sender, receiver) = oneshot::channel();
            let piece = bytes[..bytes.len().min(PIECE_BYTES)].to_vec();
            let _ = writes.send((piece, sender)); // a thread that is gone drops it, which is the answer
            receiver
        });
        let written = ready!(Pin::new(answer).poll(context));
        self.answer = None;
        Poll::Ready(written.ok().flatten())
    }
}
