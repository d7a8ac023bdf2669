use std::sync::Arc;
use std::task::{Context, Poll};

use super::growth::Share;
use super::{Capture, Captured, Flow, Growth, Read, Source};

/// Reads in a row before other runs get their turn.
const READS: usize = 16;

/// One output of a process: where it is read from and where it goes.
pub(super) struct Output<R> {
    source: Option<R>,
    to: To,
    growth: Growth,
    grown: Option<Share>,
    tried_to_grow: bool,
}

enum To {
    Capture(Capture),
    Flow { flow: Arc<Flow>, staging: Vec<u8> },
    Nothing,
}

/// What a round of reading brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// The limit was passed, just now.
    pub(super) overflowed: bool,
    /// A reader of the flow waits for what came.
    pub(super) readable: bool,
}

impl<R: Source> Output<R> {
    pub(super) fn new(source: Option<R>, capture: Option<Capture>, growth: Growth) -> Self {
        Self {
            source,
            to: capture.map_or(To::Nothing, To::Capture),
            growth,
            grown: None,
            tried_to_grow: false,
        }
    }

    /// From now on it goes to `flow`, what was kept so far first. True if a reader waits for it.
    pub(super) fn hand_on(&mut self, flow: Arc<Flow>) -> bool {
        let mut staging = match std::mem::replace(&mut self.to, To::Nothing) {
            To::Capture(capture) => capture.finish().bytes,
            To::Flow { staging, .. } => staging,
            To::Nothing => Vec::new(),
        };
        let mut readable = flow.push(&mut staging);
        if self.source.is_none() {
            readable |= flow.end();
        }
        self.to = To::Flow { flow, staging };
        readable
    }

    pub(super) fn is_open(&self) -> bool {
        self.source.is_some()
    }

    /// Stops reading. True if a reader of the flow waits for its end.
    pub(super) fn close(&mut self) -> bool {
        self.source = None;
        self.grown = None;
        match &self.to {
            To::Flow { flow, .. } => flow.end(),
            To::Capture(_) | To::Nothing => false,
        }
    }

    /// What was kept, if it was to be kept.
    pub(super) fn finish(self) -> Option<Captured> {
        match self.to {
            To::Capture(capture) => Some(capture.finish()),
            To::Flow { .. } | To::Nothing => None,
        }
    }

    /// Reads what is there, as far as there is room for it.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Progress {
        let mut progress = Progress::default();
        for _ in 0..READS {
            if let To::Flow { flow, .. } = &self.to
                && !flow.has_room()
            {
                return progress;
            }
            let more = self.read(&mut progress, |source, into| {
                match source.poll_read(context, into) {
                    Poll::Ready(read) => Some(read),
                    Poll::Pending => None,
                }
            });
            if !more {
                return progress;
            }
        }
        context.waker().wake_by_ref();
        progress
    }

    /// Reads what a process that is dead has left, room or not: once as much as a pipe can hold, for others may hold
    /// the pipe and write on.
    pub(super) fn drain(&mut self) -> Progress {
        let mut progress = Progress::default();
        for _ in 0..READS {
            if !self.read(&mut progress, Source::read_now) {
                break;
            }
        }
        progress
    }

    /// False when there is nothing more to read now.
    fn read(
        &mut self,
        progress: &mut Progress,
        read: impl FnOnce(&mut R, &mut Vec<u8>) -> Option<Read>,
    ) -> bool {
        let Some(source) = &mut self.source else {
            return false;
        };
        let mut scrap = Vec::new();
        let into = match &mut self.to {
            To::Capture(capture) => capture.bytes(),
            To::Flow { staging, .. } => staging,
            To::Nothing => &mut scrap,
        };
        let Some(read) = read(source, into) else {
            return false;
        };
        if read.count == 0 {
            progress.readable |= self.close();
            return false;
        }
        match &mut self.to {
            To::Capture(capture) => progress.overflowed |= capture.settle(),
            To::Flow { flow, staging } => progress.readable |= flow.push(staging),
            To::Nothing => {}
        }
        if read.full {
            self.grow();
        }
        true
    }

    /// Once, after the first full read, and only while few pipes are large.
    fn grow(&mut self) {
        if self.tried_to_grow {
            return;
        }
        self.tried_to_grow = true;
        let share = self.growth.share();
        if let (Some(share), Some(source)) = (share, &mut self.source)
            && source.grow()
        {
            self.grown = Some(share);
        }
    }
}
