//! What is known of a block.

use std::sync::Arc;

/// Why a loop did not turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Its thread was running, as far as can be told JavaScript.
    Javascript,
    /// It was in a call that does not return to JavaScript: waiting, or computing.
    Native,
    /// The whole process did not run: SIGSTOP, a sleeping machine, no processor.
    Suspended,
}

impl Cause {
    /// As JavaScript names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Javascript => "javascript",
            Self::Native => "native",
            Self::Suspended => "suspended",
        }
    }
}

/// A JavaScript stack as whoever took it wrote it down: for people, and for lib/.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Lines as in `Error.stack`.
    pub text: String,
    /// The frames as JSON.
    pub frames: String,
}

/// What there is of a block's stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stack {
    /// Nobody wants one.
    NotAsked,
    /// It is being taken.
    Pending,
    /// Here it is.
    Taken(Arc<Trace>),
    /// There is none, and this is why.
    Missing(Arc<str>),
}

/// Times are in nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Of this process; also what a stack is taken for.
    pub id: u32,
    /// When it began, by the monotonic clock.
    pub began: u64,
    /// How long it lasts, or lasted.
    pub blocked: u64,
    /// See `Cause`.
    pub cause: Cause,
    /// False while it lasts.
    pub ended: bool,
    /// See `Stack`.
    pub stack: Stack,
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A stack is wanted of the block with this number.
    Capture(u32),
    /// It is not wanted any more.
    Release(u32),
    /// The loop is blocked; once per block, with its stack if that was taken soon.
    Blocked(Block),
    /// The block is over.
    Ended(Block),
    /// It has lasted so long that the process is to end.
    Abort(Block),
}
