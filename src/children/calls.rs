//! The functions that lib/child_process/spawn/ calls.

use std::cell::RefCell;
use std::io;

use ironloop_sys::process::{FORCE_SIGNAL, Handle, ProcessHandle, Spawner, Starter};

use super::desk::{self, Child, Desk};
use super::request::{self, Request};
use super::turn;
use crate::environment;
use crate::raw::{self, Call, Failure, Reply};

/// Numbers in one row of exits.
const ROW: usize = 3;
/// In place of an exit code: somebody else took the status.
const STOLEN: f64 = -10.0; // -ECHILD, for which Node reports an error

thread_local! {
    /// Made at the thread's first child; its stack is theirs, one after another.
    static SPAWNER: RefCell<Option<Spawner>> = const { RefCell::new(None) };
}

fn find(call: &Call) -> Result<std::sync::Arc<Desk>, Failure> {
    desk::find(call.u32(0)?).ok_or_else(|| Failure::internal("children: not an open port"))
}

/// libuv's numbers on this platform: negative errnos.
fn number(error: &io::Error) -> f64 {
    let invalid = error.kind() == io::ErrorKind::InvalidInput;
    let errno = error.raw_os_error();
    -f64::from(errno.unwrap_or(if invalid { EINVAL } else { EAGAIN }))
}

const EAGAIN: i32 = 11;
const EINVAL: i32 = 22;
const ENFILE: f64 = -23.0;
const EMFILE: f64 = -24.0;

/// `open(port)`: 0, or why it cannot be a port of children.
pub(super) fn open(call: &Call) -> raw::Outcome {
    let port = environment::port(call.u32(0)?);
    let port = port.ok_or_else(|| Failure::internal("open: not an open port"))?;
    let opened = desk::open(port);
    Ok(Reply::Number(
        opened.err().map_or(0.0, |error| number(&error)),
    ))
}

/// `tellsInTime(port)`: whether ends are told after the events of their turn.
pub(super) fn tells_in_time(call: &Call) -> raw::Outcome {
    Ok(Reply::Bool(turn::is_known(call.u32(0)?)))
}

/// `spawn(port, id, file, argv, env, cwd, numbers)`: 0, or why there is no child.
pub(super) fn spawn(call: &Call) -> raw::Outcome {
    let (desk, id) = (find(call)?, call.u32(1)?);
    let numbers: &mut [i32] = call.elements_mut(6)?;
    if !request::is_whole(numbers) {
        return Err(Failure::internal("spawn: wrong count of numbers"));
    }
    let request = match request::read(call, numbers)? {
        Ok(request) => request,
        Err(error) => return Ok(Reply::Number(number(&error))),
    };
    let started = start(&request).and_then(|process| {
        let pid = process.pid();
        let child = Child {
            process,
            ends_with_thread: request.ends_with_thread,
            doom: crate::exits::Doom::default(),
        };
        follow(&desk, id, child).map(|()| pid)
    });
    let error = started.as_ref().err().map_or(0.0, number);
    // Without descriptors Node makes no streams either, and nobody would close these.
    if ![ENFILE, EMFILE].contains(&error) {
        request.hand_over(numbers);
    }
    if let Ok(pid) = started {
        numbers[0] = pid.cast_signed();
    }
    Ok(Reply::Number(error))
}

fn start(request: &Request) -> io::Result<ProcessHandle> {
    SPAWNER.with_borrow_mut(|spawner| {
        let spawner = match spawner {
            Some(spawner) => spawner,
            None => spawner.insert(Spawner::new()?),
        };
        let started = spawner.spawn_with(&request.command, &request.descriptors);
        started.map_err(|error| io::Error::from_raw_os_error(error.errno))
    })
}

/// One that runs but cannot be watched must not run at all.
fn follow(desk: &Desk, id: u32, child: Child) -> io::Result<()> {
    desk.add(id, child).map_err(|(process, error)| {
        let _ = process.signal(FORCE_SIGNAL);
        while matches!(process.try_reap(), Ok(None)) {
            std::thread::yield_now();
        }
        error
    })
}

/// `kill(port, id, signal)`: 0 or a negative errno.
pub(super) fn kill(call: &Call) -> raw::Outcome {
    let (id, signal) = (call.u32(1)?, call.f64(2)? as i32);
    let errno = find(call)?.signal(id, signal);
    Ok(Reply::Number(-f64::from(errno)))
}

/// `takeExits(port, rows)`: fills rows of (id, code, signal) and answers how many; none while other events of this turn may
/// be still to come, after which the port is asked again.
pub(super) fn take_exits(call: &Call) -> raw::Outcome {
    let rows: &mut [f64] = call.elements_mut(1)?;
    let exits = find(call)?.take(rows.len() / ROW);
    for (row, (id, exit)) in rows.chunks_exact_mut(ROW).zip(&exits) {
        let code = match (exit.code, exit.signal) {
            (None, None) => STOLEN,
            (code, _) => code.unwrap_or(0).into(),
        };
        row.copy_from_slice(&[(*id).into(), code, exit.signal.unwrap_or(0).into()]);
    }
    Ok(exits.len().into())
}
