#[cfg(all(test, loom))]
use loom::sync::atomic::{AtomicU8, Ordering};
#[cfg(not(all(test, loom)))]
use std::sync::atomic::{AtomicU8, Ordering};

/// That the caller sent the signal which nothing survives, without a word to the thread that follows the run: a thousand
/// that are killed at once need no thousand wake-ups.
///
/// Invariant: of a call of [`Self::force`] and one of [`Self::seen_at_the_end`] the later one knows of the other.
#[derive(Debug, Default)]
pub struct Forced(AtomicU8);

const FORCED: u8 = 1;
const LOOKED: u8 = 2;

impl Forced {
    /// The signal was sent. False if the end was seen before: then it has to be said.
    #[must_use]
    pub fn force(&self) -> bool {
        let before = self
            .0
            .compare_exchange(0, FORCED, Ordering::AcqRel, Ordering::Acquire);
        !matches!(before, Err(LOOKED))
    }

    /// Asked once, when the end is seen.
    #[must_use]
    pub fn seen_at_the_end(&self) -> bool {
        self.0.swap(LOOKED, Ordering::AcqRel) == FORCED
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::Forced;

    #[test]
    fn the_later_of_both_knows_of_the_other() {
        let forced = Forced::default();
        assert!(forced.force());
        assert!(forced.force());
        assert!(forced.seen_at_the_end());
        let late = Forced::default();
        assert!(!late.seen_at_the_end());
        assert!(!late.force());
    }
}

#[cfg(all(test, loom))]
mod loom_tests {
    use super::Forced;

    #[test]
    fn loom_one_of_both_knows_of_the_other() {
        loom::model(|| {
            let forced = loom::sync::Arc::new(Forced::default());
            let caller = {
                let forced = loom::sync::Arc::clone(&forced);
                loom::thread::spawn(move || forced.force())
            };
            let seen = forced.seen_at_the_end();
            let counts = caller.join().expect("the caller");
            assert_eq!(seen, counts, "seen at the end, or to be said");
        });
    }
}
