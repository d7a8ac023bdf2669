//! Work on a stream of bytes that goes on piece by piece, off the loop: digests, DEFLATE and its inverse.
//!
//! A [`Digest`] gives nothing before the end, so the thread that takes it goes on by itself for as long as its [`Feed`] has
//! bytes. What gives output is to be asked for each piece of it: [`Work`] keeps what an engine has not read yet, for one
//! that expands its input stops when it has filled [`MOST_OUTPUT`], so that a small input never becomes an unbounded output.

mod deflate;
mod digest;
mod feed;
mod inflate;

pub use deflate::{Deflater, Wrapper};
pub use digest::Digest;
pub use feed::{Feed, Step};
pub use inflate::Inflater;

#[cfg(test)]
mod tests;

/// Bytes of output after which [`Work::run`] returns, to go on when it is called again.
pub const MOST_OUTPUT: usize = 1 << 20;

/// What a piece of work is done by.
pub enum Engine {
    Deflate(Deflater),
    Inflate(Box<Inflater>),
}

/// Where the work stands after a piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// All input is read.
    Hungry,
    /// There is output for which there was no room: run again, without more input.
    Full,
    /// What follows is not part of it, or was told to be none.
    Ended,
}

/// Input that is not of the format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Broken {
    Corrupt(String),
    Truncated,
}

/// An engine with the input that it has not read.
pub struct Work {
    engine: Engine,
    input: Vec<u8>,
    at: usize,
}

impl Work {
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            input: Vec::new(),
            at: 0,
        }
    }

    /// Goes on with what was left, else with `next`, which is exchanged for memory to be used again. With `last`, no input
    /// comes after `next`.
    ///
    /// # Errors
    /// When the input is not of the format.
    pub fn run(
        &mut self,
        next: &mut Vec<u8>,
        last: bool,
        out: &mut Vec<u8>,
    ) -> Result<Progress, Broken> {
        if self.at == self.input.len() {
            std::mem::swap(&mut self.input, next);
            next.clear();
            self.at = 0;
        }
        let last = last && next.is_empty();
        let rest = &self.input[self.at..];
        let (read, progress) = match &mut self.engine {
            Engine::Deflate(deflater) => deflater.run(rest, last, out)?,
            Engine::Inflate(inflater) => inflater.run(rest, last, out)?,
        };
        self.at += read;
        if progress == Progress::Hungry && !next.is_empty() {
            return Ok(Progress::Full);
        }
        Ok(progress)
    }
}
