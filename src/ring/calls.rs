//! The functions that lib/child_process/shared-memory/ calls.

use std::cell::RefCell;
use std::io;

use ironloop_core::ring::{Corrupt, MOST_BYTES, Row, Taken};

use super::channel;
use crate::environment;
use crate::raw::{self, Call, Failure, Reply};

/// Beside a kind of text: each of its bytes is a character.
const ASCII: u32 = 256;

// Answers, beside counts.
const CORRUPT: f64 = -1.0;
/// The first row is of a record that is to be fetched.
const ANNOUNCED: f64 = -2.0;

const EINVAL: i32 = 22;

thread_local! {
    /// Where text is encoded before it is known whether there is room for it.
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// libuv's numbers: negative errnos.
fn number(error: &io::Error) -> f64 {
    -f64::from(error.raw_os_error().unwrap_or(EINVAL))
}

/// `open(port)`: makes it a port of channels.
pub(super) fn open(call: &Call) -> raw::Outcome {
    let port = environment::port(call.u32(0)?);
    channel::open_port(port.ok_or_else(|| Failure::internal("open: not an open port"))?);
    Ok(Reply::Undefined)
}

/// `create(port, descriptors)`: the number of a new channel, with its other end's descriptors; or why not.
pub(super) fn create(call: &Call) -> raw::Outcome {
    let descriptors: &mut [i32] = call.elements_mut(1)?;
    let [file, bell] = descriptors else {
        return Err(Failure::internal("create: not two descriptors"));
    };
    Ok(Reply::Number(match channel::create(call.u32(0)?) {
        Ok((id, ends)) => {
            [*file, *bell] = ends;
            id.into()
        }
        Err(error) => number(&error),
    }))
}

/// `letGo(channel)`: closes its other end's descriptors.
pub(super) fn let_go(call: &Call) -> raw::Outcome {
    channel::let_go(call.u32(0)?);
    Ok(Reply::Undefined)
}

/// `adopt(port, file, bell)`: the number of the other end, or why not. The descriptors stay the caller's.
pub(super) fn adopt(call: &Call) -> raw::Outcome {
    let (file, bell) = (call.f64(1)? as i32, call.f64(2)? as i32);
    let adopted = channel::adopt(call.u32(0)?, file, bell);
    Ok(Reply::Number(
        adopted.map_or_else(|error| number(&error), f64::from),
    ))
}

/// 1 if it is in shared memory, 0 if there is no room, -1 if the channel is closed or the other side cannot be.
fn pushed(pushed: Option<Result<bool, Corrupt>>) -> raw::Outcome {
    Ok(Reply::Number(match pushed {
        Some(Ok(done)) => f64::from(u8::from(done)),
        _ => CORRUPT,
    }))
}

/// `push(channel, kind, bytes, start, end)`.
pub(super) fn push(call: &Call) -> raw::Outcome {
    let (id, kind, bytes) = (call.u32(0)?, call.u32(1)?, call.bytes(2)?);
    let bytes = bytes.get(call.usize(3)?..call.usize(4)?);
    let bytes = bytes.filter(|bytes| bytes.len() <= MOST_BYTES);
    let bytes = bytes.ok_or_else(|| Failure::internal("push: too long"))?;
    pushed(channel::with(id, |channel| channel.push(kind, bytes)))
}

/// `pushText(channel, kind, text)`: as UTF-8, which the caller knows not to be too long.
pub(super) fn push_text(call: &Call) -> raw::Outcome {
    let (id, kind) = (call.u32(0)?, call.u32(1)?);
    TEXT.with_borrow_mut(|text| {
        text.resize(MOST_BYTES, 0);
        let length = call.text_into(2, text)?;
        let bytes = &text[..length];
        let kind = if bytes.is_ascii() { kind | ASCII } else { kind };
        pushed(channel::with(id, |channel| channel.push(kind, bytes)))
    })
}

/// `take(channel, bytes, rows, most)`: fills rows of (kind, offset, length) and answers how many.
pub(super) fn take(call: &Call) -> raw::Outcome {
    let (id, most) = (call.u32(0)?, call.usize(3)?);
    let bytes = call.bytes_mut(1)?;
    let rows: &mut [u32] = call.elements_mut(2)?;
    let (rows, _): (&mut [Row], _) = rows.as_chunks_mut();
    let taken = channel::with(id, |channel| channel.take(most, bytes, rows));
    Ok(match taken {
        None | Some(Ok(Taken::Nothing)) => Reply::Number(0.0),
        Some(Err(Corrupt)) => Reply::Number(CORRUPT),
        Some(Ok(Taken::Records { count, .. })) => count.into(),
        Some(Ok(Taken::Announced { kind, bytes })) => {
            if let Some(row) = rows.first_mut() {
                *row = [kind, 0, bytes];
            }
            Reply::Number(ANNOUNCED)
        }
    })
}

/// `fetch(channel, bytes)`: the record that was announced, into a view of its length.
pub(super) fn fetch(call: &Call) -> raw::Outcome {
    let (id, bytes) = (call.u32(0)?, call.bytes_mut(1)?);
    let fetched = channel::with(id, |channel| channel.fetch(bytes));
    Ok(Reply::Bool(matches!(fetched, Some(Ok(true)))))
}

/// `takeNews(port, ids)`: fills the numbers of channels that rang and answers how many.
pub(super) fn take_news(call: &Call) -> raw::Outcome {
    let ids: &mut [u32] = call.elements_mut(1)?;
    let rung = channel::rung(call.u32(0)?, ids.len());
    ids[..rung.len()].copy_from_slice(&rung);
    Ok(rung.len().into())
}

/// `wake(channel)`: its port will be asked, as if it had rung.
pub(super) fn wake(call: &Call) -> raw::Outcome {
    channel::with(call.u32(0)?, |channel| channel.wake());
    Ok(Reply::Undefined)
}

/// `close(channel)`.
pub(super) fn close(call: &Call) -> raw::Outcome {
    channel::close(call.u32(0)?);
    Ok(Reply::Undefined)
}
