use std::sync::Arc;
use std::task::{Context, Poll};

use super::growth::Share;
use super::{Capture, Captured, Feed, Flow, Growth, OnOverflow, Read, Source};

/// Reads in a row before other runs get their turn.
const READS: usize = 16;

/// One output of a process: where it is read from and where it goes.
pub(super) struct Output<R> {
    source: Option<R>,
    to: To,
    on_overflow: OnOverflow,
    /// Past its limit, and nobody has taken it yet.
    overflowing: bool,
    /// Something was dropped before it went elsewhere than to its capture.
    dropped: bool,
    growth: Growth,
    grown: Option<Share>,
    tried_to_grow: bool,
}

enum To {
    Capture(Capture),
    /// Handed on in pieces, and kept too if it is a tee.
    Flow {
        flow: Arc<Flow>,
        staging: Vec<u8>,
        tee: Option<Capture>,
    },
    /// Another process's input.
    Feed {
        feed: Arc<Feed>,
        staging: Vec<u8>,
    },
    Nothing,
}

/// What a round of reading brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// The limit was passed, just now.
    pub(super) overflowed: bool,
    /// A reader of the flow waits for what came.
    pub(super) readable: bool,
    /// Another process has something to read, or the end of it.
    pub(super) fed: bool,
}

impl Progress {
    pub(super) fn add(&mut self, more: Self) {
        self.overflowed |= more.overflowed;
        self.readable |= more.readable;
        self.fed |= more.fed;
    }
}

impl<R: Source> Output<R> {
    pub(super) fn new(
        source: Option<R>,
        capture: Option<Capture>,
        on_overflow: OnOverflow,
        growth: Growth,
    ) -> Self {
        Self {
            source,
            to: capture.map_or(To::Nothing, To::Capture),
            on_overflow,
            overflowing: false,
            dropped: false,
            growth,
            grown: None,
            tried_to_grow: false,
        }
    }

    /// From now on it goes to `flow`, what was kept so far first; `keep` keeps it too. True if a reader waits for it.
    pub(super) fn hand_on(&mut self, flow: Arc<Flow>, keep: bool) -> bool {
        self.overflowing = false;
        let (mut staging, tee) = match std::mem::replace(&mut self.to, To::Nothing) {
            To::Capture(capture) if keep => (capture.so_far().to_vec(), Some(capture)),
            To::Capture(capture) => (self.release(capture), None),
            To::Flow { staging, tee, .. } => (staging, tee),
            To::Feed { staging, .. } => (staging, None),
            To::Nothing => (Vec::new(), None),
        };
        let mut readable = flow.push(&mut staging);
        if self.source.is_none() {
            readable |= flow.end();
        }
        self.to = To::Flow { flow, staging, tee };
        readable
    }

    /// From now on it goes to another process, what was kept so far first.
    pub(super) fn feed(&mut self, feed: Arc<Feed>) {
        self.overflowing = false;
        let staging = match std::mem::replace(&mut self.to, To::Nothing) {
            To::Capture(capture) => self.release(capture),
            To::Flow { staging, .. } | To::Feed { staging, .. } => staging,
            To::Nothing => Vec::new(),
        };
        if !staging.is_empty() {
            feed.write(staging);
        }
        if self.source.is_none() {
            feed.end();
        }
        let staging = Vec::new();
        self.to = To::Feed { feed, staging };
    }

    /// What was kept goes elsewhere; what was dropped before stays known.
    fn release(&mut self, capture: Capture) -> Vec<u8> {
        let Captured {
            bytes, truncated, ..
        } = capture.finish();
        self.dropped |= truncated;
        bytes
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
            To::Feed { feed, .. } => {
                feed.end();
                false
            }
            To::Capture(_) | To::Nothing => false,
        }
    }

    /// What was kept, if it was to be kept; nothing, where only that something was dropped is to be told.
    pub(super) fn finish(self) -> Option<Captured> {
        let dropped = self.dropped.then(|| Captured {
            truncated: true,
            ..Captured::default()
        });
        let kept = match self.to {
            To::Capture(capture) => Some(capture.finish()),
            To::Flow { tee, .. } => tee.map(Capture::finish),
            To::Feed { .. } | To::Nothing => None,
        };
        kept.or(dropped)
    }

    fn has_room(&self) -> bool {
        match &self.to {
            To::Flow { flow, .. } => flow.has_room(),
            To::Feed { feed, .. } => feed.has_room(),
            To::Capture(_) | To::Nothing => !self.overflowing,
        }
    }

    /// Reads what is there, as far as there is room for it.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Progress {
        let mut progress = Progress::default();
        if let To::Feed { feed, .. } = &self.to
            && feed.is_broken()
        {
            self.close(); // nobody reads it any more, and its writer is to hear of that
            return progress;
        }
        for _ in 0..READS {
            if !self.has_room() {
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
            if self.overflowing || !self.read(&mut progress, Source::read_now) {
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
            To::Flow { staging, .. } | To::Feed { staging, .. } => staging,
            To::Nothing => &mut scrap,
        };
        let Some(read) = read(source, into) else {
            return false;
        };
        if read.count == 0 {
            progress.fed |= matches!(self.to, To::Feed { .. });
            progress.readable |= self.close();
            return false;
        }
        self.pass_on(progress);
        if read.full {
            self.grow();
        }
        true
    }

    fn pass_on(&mut self, progress: &mut Progress) {
        match &mut self.to {
            To::Capture(capture) if self.on_overflow == OnOverflow::Spill => {
                if capture.is_over() && !self.overflowing {
                    self.overflowing = true;
                    progress.overflowed = true;
                }
            }
            To::Capture(capture) => progress.overflowed |= capture.settle(),
            To::Flow { flow, staging, tee } => {
                if let Some(capture) = tee {
                    capture.bytes().extend_from_slice(staging);
                    progress.overflowed |= capture.settle();
                }
                progress.readable |= flow.push(staging);
            }
            To::Feed { feed, staging } => {
                feed.write(std::mem::take(staging));
                progress.fed = true;
            }
            To::Nothing => {}
        }
    }

    /// Once, at the first sign of a fast writer, and only while few pipes are large.
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
