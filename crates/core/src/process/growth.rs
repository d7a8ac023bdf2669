use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many pipes may be large at a time: the kernel gives an unprivileged user 64 MB of pipes and then pipes of
/// 8 KB, which would slow down everybody else.
#[derive(Clone, Debug)]
pub struct Growth {
    left: Arc<AtomicUsize>,
}

/// One large pipe; its share is given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    left: Arc<AtomicUsize>,
}

impl Growth {
    /// A budget of `pipes` large pipes.
    #[must_use]
    pub fn new(pipes: usize) -> Self {
        Self {
            left: Arc::new(AtomicUsize::new(pipes)),
        }
    }

    pub(super) fn share(&self) -> Option<Share> {
        let take = |left: usize| left.checked_sub(1);
        let taken = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.ok().map(|_| Share {
            left: Arc::clone(&self.left),
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.left.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Growth;

    #[test]
    fn shares_come_back() {
        let growth = Growth::new(2);
        let first = growth.share();
        assert!(first.is_some());
        let second = growth.share();
        assert!(growth.share().is_none());
        drop((first, second));
        assert!(growth.share().is_some());
    }
}
