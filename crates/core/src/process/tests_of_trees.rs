//! The driver and what goes beyond one process: its tree, its memory, other readers of its output.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::tests::{ASK, FORCE, Fake, hand_on, rules, run, text};
use super::{Control, Feed, Flow, OnOverflow, Rules, Taken};

fn guarded(fake: &Fake) {
    fake.change(|world| world.tree_gone = Some(false));
}

fn group() -> Rules {
    Rules {
        group: true,
        ..rules()
    }
}

#[test]
fn what_a_killed_process_leaves_has_its_grace_and_is_waited_for() {
    let fake = run(group(), 100, None, async |fake, controls| {
        guarded(&fake);
        fake.change(|world| world.mortal = vec![ASK]);
        controls.send(Control::Cancel).expect("the driver listens");
        sleep(Duration::from_millis(150)).await;
        assert_eq!(fake.signals(), [(0, ASK, true), (100, FORCE, true)]);
        fake.change(|world| world.tree_gone = Some(true));
    });
    assert!(fake.outcome().verdict.cancelled);
}

#[test]
fn what_cannot_be_forced_is_given_up() {
    let fake = run(group(), 100, None, async |fake, controls| {
        guarded(&fake);
        fake.change(|world| world.mortal = vec![ASK]);
        controls.send(Control::Cancel).expect("the driver listens");
    });
    let took = fake.outcome().duration;
    assert_eq!(took, Duration::from_millis(2100));
}

#[test]
fn a_tree_is_not_waited_for_if_nobody_killed_it() {
    let fake = run(group(), 100, None, async |fake, _| {
        guarded(&fake);
        fake.close();
        fake.exit(0);
    });
    assert_eq!(fake.outcome().duration, Duration::ZERO);
}

#[test]
fn a_tree_that_takes_too_much_memory_is_forced_at_once() {
    let rules = Rules {
        memory: Some(1000),
        ..group()
    };
    let fake = run(rules, 100, None, async |fake, _| {
        fake.change(|world| (world.mortal, world.rss) = (vec![ASK, FORCE], 1000));
        sleep(Duration::from_millis(50)).await;
        assert!(fake.signals().is_empty());
        fake.change(|world| world.rss = 1001);
        fake.close();
    });
    assert_eq!(fake.signals(), [(60, FORCE, true)]);
    assert!(fake.outcome().verdict.out_of_memory);
}

#[test]
fn the_kernels_word_counts_unless_we_had_a_reason_before() {
    for (timeout, expected) in [(None, true), (Some(Duration::from_millis(1)), false)] {
        let rules = Rules { timeout, ..rules() };
        let fake = run(rules, 100, None, async |fake, _| {
            sleep(Duration::from_millis(10)).await;
            fake.change(|world| world.kernel_killed = true);
            fake.close();
            fake.exit(1);
        });
        assert_eq!(fake.outcome().verdict.out_of_memory, expected);
    }
}

#[test]
fn a_tee_is_kept_and_handed_on() {
    let flow = Arc::new(Flow::new(100));
    let reader = Arc::clone(&flow);
    let fake = run(rules(), 4, None, async move |fake, controls| {
        fake.say(1, "ab");
        sleep(Duration::from_millis(1)).await;
        let tee = Control::HandOn {
            output: 1,
            flow: Arc::clone(&reader),
            keep: true,
        };
        assert_eq!(reader.take(), Taken::Later);
        controls.send(tee).expect("the driver listens");
        fake.say(1, "cd");
        fake.close();
        fake.exit(0);
    });
    assert_eq!(fake.news()[0], "readable stderr");
    let Taken::Bytes { bytes, .. } = flow.take() else {
        panic!("nothing was handed on");
    };
    assert_eq!(bytes, b"abcd");
    assert_eq!(text(&fake.outcome(), 1), "abcd");
}

#[test]
fn what_is_to_be_spilled_waits_for_who_takes_it() {
    let rules = Rules {
        on_overflow: OnOverflow::Spill,
        ..rules()
    };
    let flow = Arc::new(Flow::new(100));
    let reader = Arc::clone(&flow);
    let fake = run(rules, 3, None, async move |fake, controls| {
        fake.say(0, "ab");
        fake.say(0, "cd");
        fake.say(0, "ef");
        sleep(Duration::from_millis(50)).await;
        assert_eq!(fake.news(), ["overflowed 0"]);
        controls.send(hand_on(&reader)).expect("the driver listens");
        fake.close();
        fake.exit(0);
    });
    let Taken::Bytes { bytes, .. } = flow.take() else {
        panic!("nothing was handed on");
    };
    assert_eq!(bytes, b"abcdef");
    let outcome = fake.outcome();
    assert!(outcome.outputs[0].is_none());
    assert!(!outcome.verdict.killed);
}

#[test]
fn another_process_is_fed_and_one_that_reads_no_more_ends_it() {
    let feed = Arc::new(Feed::new(100));
    let fed = Arc::clone(&feed);
    let fake = run(rules(), 100, None, async move |fake, controls| {
        fake.say(0, "a");
        sleep(Duration::from_millis(1)).await;
        controls
            .send(Control::Feed(Arc::clone(&fed)))
            .expect("the driver listens");
        sleep(Duration::from_millis(1)).await;
        fed.break_off();
        controls.send(Control::Look).expect("the driver listens");
        sleep(Duration::from_millis(1)).await;
        fake.change(|world| world.pipes[1].closed = true);
        fake.exit(0); // its stdout was let go of, so nobody waits for its end
    });
    assert!(feed.is_broken());
    assert!(fake.outcome().outputs[0].is_none());
}
