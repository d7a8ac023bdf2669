use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use super::Sink;
use crate::lock::lock;

/// What is to be written to a process: filled by its user, emptied by the I/O thread.
#[derive(Debug)]
pub struct Feed {
    state: Mutex<State>,
    bound: usize,
}

#[derive(Debug, Default)]
struct State {
    pieces: VecDeque<Vec<u8>>,
    bytes: usize,
    ended: bool,
    broken: bool,
    /// The user was told that there is no room.
    full: bool,
}

impl Feed {
    /// An open feed that asks for patience past `bound` bytes.
    #[must_use]
    pub fn new(bound: usize) -> Self {
        Self {
            state: Mutex::default(),
            bound,
        }
    }

    /// Queues a piece. False: wait until the desk says that there is room.
    pub fn write(&self, piece: Vec<u8>) -> bool {
        let mut state = lock(&self.state);
        if !state.broken {
            state.bytes += piece.len();
            state.pieces.push_back(piece);
        }
        state.full = state.bytes >= self.bound;
        !state.full
    }

    /// Whether there is room; if not, the next write that makes some says so.
    pub(super) fn has_room(&self) -> bool {
        let mut state = lock(&self.state);
        state.full = state.bytes >= self.bound;
        !state.full
    }

    /// Nothing more will be written.
    pub fn end(&self) {
        lock(&self.state).ended = true;
    }

    /// Whether nobody reads it any more.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        lock(&self.state).broken
    }

    fn next(&self) -> Next {
        let mut state = lock(&self.state);
        match state.pieces.pop_front() {
            Some(piece) => Next::Piece(piece),
            None if state.ended => Next::End,
            None => Next::Later,
        }
    }

    /// True if the user waits and there is room now.
    fn wrote(&self, count: usize) -> bool {
        let mut state = lock(&self.state);
        state.bytes -= count;
        state.bytes < self.bound && std::mem::take(&mut state.full)
    }

    /// Nobody will read it.
    pub fn break_off(&self) {
        let mut state = lock(&self.state);
        *state = State {
            broken: true,
            ended: state.ended,
            ..State::default()
        };
    }
}

enum Next {
    Piece(Vec<u8>),
    Later,
    End,
}

/// The writing side of a feed. The pipe is closed when the feed has ended or nobody reads it.
#[derive(Debug)]
pub struct Input<W> {
    sink: Option<W>,
    feed: Arc<Feed>,
    piece: Vec<u8>,
    written: usize,
}

/// What a round of writing brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrote {
    Nothing,
    Room,
    /// Nobody reads it any more, and something was left over.
    Lost,
}

impl<W: Sink> Input<W> {
    /// Writes `feed` to `sink`.
    pub fn new(sink: W, feed: Arc<Feed>) -> Self {
        Self {
            sink: Some(sink),
            feed,
            piece: Vec::new(),
            written: 0,
        }
    }

    /// Closes the pipe once what was accepted is written.
    pub(super) fn end(&self) {
        self.feed.end();
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Wrote {
        let mut room = false;
        loop {
            if self.written == self.piece.len() {
                self.written = 0;
                self.piece.clear();
                self.piece = match self.feed.next() {
                    Next::Piece(piece) => piece,
                    Next::Later => break,
                    Next::End => {
                        self.sink = None;
                        break;
                    }
                };
                continue;
            }
            let Some(sink) = &mut self.sink else { break };
            match sink.poll_write(context, &self.piece[self.written..]) {
                Poll::Pending => break,
                Poll::Ready(Some(count)) => {
                    self.written += count;
                    room |= self.feed.wrote(count);
                }
                Poll::Ready(None) => {
                    self.close();
                    return Wrote::Lost;
                }
            }
        }
        if room { Wrote::Room } else { Wrote::Nothing }
    }

    /// The process is over: whatever was not written is lost. True if something was.
    pub(super) fn finish(&mut self) -> bool {
        let left = self.written < self.piece.len() || matches!(self.feed.next(), Next::Piece(_));
        self.close();
        left
    }

    fn close(&mut self) {
        self.sink = None;
        self.piece = Vec::new();
        self.written = 0;
        self.feed.break_off();
    }
}
