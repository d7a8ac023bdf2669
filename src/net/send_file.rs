//! sendfile: the CPU threads send, since reading a file may block them; the I/O thread waits for room in the connection,
//! so a slow receiver holds no thread.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, ready};

use ironloop_core::net::{Outlet, Progress, Step, Transfer};
use ironloop_sys::descriptor::duplicate;
use ironloop_sys::sendfile::{is_writable, send_file};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::Notify;

use crate::jobs::{self, JobValue, Reporter};
use crate::raw::{Call, Failure, Handle, Handles, Kind, Outcome, Reply};
use crate::threads;

/// How it ended, as JavaScript is told.
const DONE: u8 = 0;
const CANCELLED: u8 = 1;
const FAILED: u8 = 2;

#[derive(Default)]
struct Watch {
    progress: Progress,
    cancelled: Notify,
}

impl Watch {
    fn cancel(&self) {
        self.progress.cancel();
        self.cancelled.notify_one();
    }
}

thread_local! {
    static SENDINGS: RefCell<Handles<Arc<Watch>>> = const { Handles::new() };
}

/// What V8 is told that one takes.
const STATE_BYTES: usize = 512;

/// Nobody can hear of the end any more: the environment goes down.
static SENDING: Kind = Kind {
    release: |handle| {
        let watch = SENDINGS.try_with(|sendings| sendings.borrow_mut().remove(handle));
        if let Ok(Some(watch)) = watch {
            watch.cancel();
        }
        STATE_BYTES
    },
};

/// The connection, watched by the I/O thread once it was full.
enum Connection {
    Plain(OwnedFd),
    Watched(AsyncFd<OwnedFd>),
}

struct Ends {
    connection: Option<Connection>,
    file: OwnedFd,
}

impl Ends {
    fn socket(&self) -> io::Result<BorrowedFd<'_>> {
        match &self.connection {
            Some(Connection::Plain(socket)) => Ok(socket.as_fd()),
            Some(Connection::Watched(socket)) => Ok(socket.get_ref().as_fd()),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl Outlet for Ends {
    fn send(&mut self, offset: u64, most: usize) -> io::Result<usize> {
        send_file(self.socket()?, self.file.as_fd(), offset, most)
    }
}

struct Sending {
    ends: Ends,
    transfer: Transfer,
    watch: Arc<Watch>,
    reporter: Reporter,
}

fn failed(error: &dyn std::fmt::Display) -> Failure {
    Failure::new("ERR_NATIVE_JOB_FAILED", error.to_string())
}

/// (port, id, socket's descriptor, file's descriptor, offset, length) -> external; the job's value says how it ended
pub(super) fn start(call: &Call) -> Outcome {
    let socket = duplicate(call.u32(2)? as i32).map_err(|error| failed(&error))?;
    let file = duplicate(call.u32(3)? as i32).map_err(|error| failed(&error))?;
    let watch = Arc::new(Watch::default());
    let sending = Sending {
        ends: Ends {
            connection: Some(Connection::Plain(socket)),
            file,
        },
        transfer: Transfer::new(call.usize(4)? as u64, call.usize(5)? as u64),
        watch: Arc::clone(&watch),
        reporter: jobs::reporter(call.u32(0)?, call.u32(1)?).map_err(|error| failed(&error))?,
    };
    let handle = SENDINGS.with_borrow_mut(|sendings| sendings.insert(watch));
    let external = call.external(handle, STATE_BYTES, &SENDING)?;
    queue(sending);
    Ok(external)
}

fn watched<T>(call: &Call, read: impl FnOnce(&Watch) -> T) -> Result<T, Failure> {
    let handle: Handle = call.handle(0)?;
    SENDINGS.with_borrow(|sendings| {
        let watch = sendings.get(handle);
        watch
            .map(|watch| read(watch))
            .ok_or_else(|| Failure::internal("not a transfer of this thread"))
    })
}

/// (transfer) -> how many bytes the connection has taken so far
pub(super) fn sent(call: &Call) -> Outcome {
    watched(call, |watch| Reply::Number(watch.progress.sent() as f64))
}

/// (transfer): stops it
pub(super) fn cancel(call: &Call) -> Outcome {
    watched(call, Watch::cancel)?;
    Ok(Reply::Undefined)
}

fn queue(sending: Sending) {
    match threads::cpu() {
        Ok(cpu) => cpu.submit(move || go_on(sending)),
        Err(error) => report(sending, FAILED, &error),
    }
}

fn go_on(mut sending: Sending) {
    let step = sending
        .transfer
        .slice(&mut sending.ends, &sending.watch.progress);
    match step {
        Step::More => queue(sending),
        Step::Blocked => wait(sending),
        Step::Done => report(sending, DONE, &io::Error::from_raw_os_error(0)),
        Step::Cancelled => report(sending, CANCELLED, &io::Error::from_raw_os_error(0)),
        Step::Failed(error) => report(sending, FAILED, &error),
    }
}

fn report(sending: Sending, status: u8, error: &io::Error) {
    let sent = sending.watch.progress.sent() as f64;
    // Before JavaScript hears of it, the descriptors are closed: a connection that it ends then is at its end.
    drop(sending.ends);
    let mut value = vec![status];
    value.extend(error.raw_os_error().unwrap_or(0).to_le_bytes());
    value.extend(sent.to_le_bytes());
    sending.reporter.answer(Ok(JobValue::Bytes(value)));
}

fn wait(mut sending: Sending) {
    match threads::io() {
        Ok(io) => io.spawn(async move {
            match writable(&mut sending).await {
                Ok(()) => queue(sending),
                Err(error) => report(sending, FAILED, &error),
            }
        }),
        Err(error) => report(sending, FAILED, &error),
    }
}

/// Waits for room in the connection, or for being cancelled.
async fn writable(sending: &mut Sending) -> io::Result<()> {
    let connection = match sending.ends.connection.take() {
        Some(Connection::Plain(socket)) => Connection::Watched(watch(socket)?),
        Some(watched) => watched,
        None => return Err(io::ErrorKind::NotConnected.into()),
    };
    let waited = match &connection {
        Connection::Watched(socket) => room(socket, &sending.watch.cancelled).await,
        Connection::Plain(_) => Ok(()),
    };
    sending.ends.connection = Some(connection);
    waited
}

#[allow(
    deprecated,
    reason = "no unsafe here; an OwnedFd gives what the deprecation misses"
)]
fn watch(socket: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(socket, Interest::WRITABLE)
}

async fn room(socket: &AsyncFd<OwnedFd>, cancelled: &Notify) -> io::Result<()> {
    let mut cancelled = pin!(cancelled.notified());
    poll_fn(|context| {
        if cancelled.as_mut().poll(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
        loop {
            let mut guard = ready!(socket.poll_write_ready(context))?;
            // What was ready when it was last looked at may be full again; news that comes meanwhile is not cleared.
            if is_writable(socket.get_ref().as_fd()) {
                return Poll::Ready(Ok(()));
            }
            guard.clear_ready();
        }
    })
    .await
}
