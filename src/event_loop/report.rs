//! What the watchdog's thread writes down itself, while the loop may never come back.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};

use ironloop_core::watchdog::{Block, Cause, Stack};

use super::milliseconds;

pub(super) enum Report {
    Stderr,
    File(File),
}

impl Report {
    /// `stderr`, or the file at `path`, to be appended to.
    pub(super) fn open(path: Option<&str>) -> io::Result<Self> {
        let Some(path) = path else {
            return Ok(Self::Stderr);
        };
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Self::File(file))
    }

    /// Writes in one piece, so that lines of several processes do not mix. A full disk is nobody's fault here.
    pub(super) fn write(&self, text: &str) {
        let _ = match self {
            Self::Stderr => io::stderr().write_all(text.as_bytes()),
            Self::File(file) => (&mut &*file).write_all(text.as_bytes()),
        };
    }
}

/// On which occasion a block is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    First,
    /// It has been written down, with its stack.
    Again,
    /// It ends the process.
    Abort,
}

/// One line, and the stack's.
pub(super) fn text_of(block: &Block, thread: u32, told: Told) -> String {
    let who = match thread {
        0 => "the main thread".to_owned(),
        other => format!("worker thread {other}"),
    };
    let verb = match (block.ended, block.cause) {
        (_, Cause::Suspended) => "did not run for",
        (true, _) => "was blocked for",
        (false, _) => "has been blocked for",
    };
    let (pid, long) = (std::process::id(), milliseconds(block.blocked));
    let mut text = format!("ironloop: process {pid}: the loop of {who} {verb} {long:.0} ms");
    if block.cause != Cause::Suspended {
        text.push_str(match block.cause {
            Cause::Native => " in native code",
            _ => " in JavaScript",
        });
    }
    if told == Told::Abort {
        text.push_str("; the process is ended");
    }
    text.push('\n');
    match &block.stack {
        Stack::Taken(trace) if told != Told::Again => {
            text.push_str(&trace.text);
            text.push('\n');
        }
        Stack::Missing(reason) if told != Told::Again => {
            text.push_str(&format!("    (no stack: {reason})\n"));
        }
        _ => {}
    }
    text
}
