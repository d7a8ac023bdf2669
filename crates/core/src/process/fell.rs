use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How often is looked whether a tree is gone: in the beginning, and at most.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LATER_LOOK: Duration = Duration::from_millis(20);
/// How long something that was forced may take to go.
const PATIENCE: Duration = Duration::from_secs(2);

/// A process and what descends from it, as far as that is known.
pub trait Tree {
    /// Looks for members that are new.
    fn grow(&mut self);
    /// Signals all members; true if one of them got it.
    fn signal(&self, signal: i32) -> bool;
    /// Forgets members that have ended; true if none is left.
    fn is_gone(&mut self) -> bool;
}

/// Asks a tree to end, forces what is left after its grace, and waits until it is gone. False if nobody could be asked,
/// or if something is still there that cannot be forced.
pub async fn fell(
    mut tree: impl Tree,
    signal: i32,
    force_signal: i32,
    grace: Option<Duration>,
) -> bool {
    let asked = Instant::now();
    let force_at = grace.and_then(|grace| asked.checked_add(grace));
    let mut forced = signal == force_signal;
    let mut give_up_at = forced.then(|| asked + PATIENCE);
    let got = tree.signal(signal);
    let mut pause = FIRST_LOOK;
    while !tree.is_gone() {
        if !got {
            return false;
        }
        let now = Instant::now();
        if force_at.is_some_and(|at| at <= now) && !forced {
            forced = true;
            give_up_at = Some(now + PATIENCE);
        }
        if give_up_at.is_some_and(|at| at <= now) {
            return false;
        }
        tree.grow();
        if forced {
            tree.signal(force_signal);
        }
        let next = now + pause;
        let due = if forced { None } else { force_at };
        sleep_until(due.map_or(next, |at| at.min(next))).await;
        pause = (pause * 2).min(LATER_LOOK);
    }
    got
}

#[cfg(test)]
mod tests {
    use super::{Tree, fell};
    use std::cell::RefCell;
    use std::rc::Rc;
    use std::time::Duration;

    const TERM: i32 = 15;
    const KILL: i32 = 9;

    /// One that ends after so many looks, or only by force, and says what it got.
    struct Fake {
        got: Rc<RefCell<Vec<i32>>>,
        looks: u32,
        stubborn: bool,
        deaf: bool,
    }

    impl Tree for Fake {
        fn grow(&mut self) {}

        fn signal(&self, signal: i32) -> bool {
            self.got.borrow_mut().push(signal);
            !self.deaf
        }

        fn is_gone(&mut self) -> bool {
            if self.stubborn && !self.got.borrow().contains(&KILL) || self.deaf {
                return false;
            }
            self.looks = self.looks.saturating_sub(1);
            self.looks == 0
        }
    }

    fn run(
        looks: u32,
        stubborn: bool,
        deaf: bool,
        signal: i32,
        grace: Option<Duration>,
    ) -> (bool, Vec<i32>, Duration) {
        let got = Rc::new(RefCell::default());
        let tree = Fake {
            got: Rc::clone(&got),
            looks,
            stubborn,
            deaf,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let (fallen, took) = runtime.block_on(async {
            let started = tokio::time::Instant::now();
            let fallen = fell(tree, signal, KILL, grace).await;
            (fallen, started.elapsed())
        });
        (fallen, got.take(), took)
    }

    const GRACE: Option<Duration> = Some(Duration::from_millis(200));

    #[test]
    fn who_ends_by_itself_is_not_forced() {
        let (fallen, got, took) = run(3, false, false, TERM, GRACE);
        assert!(fallen);
        assert_eq!(got, [TERM]);
        assert!(took < Duration::from_millis(10));
    }

    #[test]
    fn who_stays_is_forced_when_its_grace_is_over() {
        let (fallen, got, took) = run(1, true, false, TERM, GRACE);
        assert!(fallen);
        assert_eq!(got, [TERM, KILL]);
        assert!(took >= Duration::from_millis(200) && took < Duration::from_millis(225));
    }

    #[test]
    fn nobody_to_ask_is_told_at_once() {
        let (fallen, got, took) = run(1, false, true, TERM, GRACE);
        assert!(!fallen);
        assert_eq!((got, took), (vec![TERM], Duration::ZERO));
    }

    #[test]
    fn force_needs_no_grace() {
        let (fallen, _, took) = run(2, true, false, KILL, None);
        assert!(fallen);
        assert!(took < Duration::from_millis(10));
    }
}
