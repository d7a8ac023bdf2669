//! Runs in a line: the stdout of one is the input of the next, carried by the I/O thread.

use std::sync::{Arc, OnceLock, Weak};

use ironloop_core::process::Control;

use super::run::Run;

/// A run's neighbours.
#[derive(Default)]
pub(super) struct Line {
    downstream: OnceLock<Weak<Run>>,
    upstream: OnceLock<Weak<Run>>,
}

impl Line {
    /// Whether the input is another run's output.
    pub(super) fn is_fed(&self) -> bool {
        self.upstream.get().is_some()
    }
}

impl Run {
    /// The end, however it came: whoever waits for it is told, and those at the other ends of its pipes.
    pub(super) fn let_go(&self) {
        self.over.notify_all();
        if let Some(feed) = &self.feed {
            feed.break_off();
        }
        self.tell_upstream();
        if let Some(next) = self.downstream() {
            if let Some(feed) = &next.feed {
                feed.end();
            }
            next.control(Control::Look);
        }
    }

    pub(super) fn downstream(&self) -> Option<Arc<Run>> {
        self.line.downstream.get()?.upgrade()
    }

    /// There may be room in our input, or it is closed.
    pub(super) fn tell_upstream(&self) {
        if let Some(previous) = self.line.upstream.get().and_then(Weak::upgrade) {
            previous.control(Control::Look);
        }
    }

    /// Our stdout is the input of `next` from now on.
    pub(super) fn feed(self: &Arc<Self>, next: &Arc<Self>) {
        let Some(feed) = &next.feed else { return };
        let _ = next.line.upstream.set(Arc::downgrade(self));
        let _ = self.line.downstream.set(Arc::downgrade(next));
        self.control(Control::Feed(Arc::clone(feed)));
        let mut shared = self.shared();
        let over = shared.failed.is_some() || shared.outcome.is_some();
        if let Some(kept) = shared
            .outcome
            .as_mut()
            .and_then(|outcome| outcome.outputs[0].take())
        {
            feed.write(kept.bytes);
        }
        drop(shared);
        if over {
            feed.end();
            next.control(Control::Look);
        }
    }
}
