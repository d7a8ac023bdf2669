use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::TimerThread;
use super::alarms::Alarms;
use crate::inbox::{Inbox, Wake};

/// What may be done to the alarms; sleepers are named by the order in which they came.
#[derive(Clone, Debug)]
enum Step {
    Add,
    Set(usize, Option<u64>),
    Remove(usize),
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Add),
        6 => (0..8_usize, proptest::option::of(0..50_u64)).prop_map(|(who, at)| Step::Set(who, at)),
        1 => (0..8_usize).prop_map(Step::Remove),
        3 => (0..20_u64).prop_map(Step::Pass),
    ]
}

proptest! {
    /// Against a list that is searched whole.
    #[test]
    fn alarms_go_off_in_order_once_and_only_when_due(steps in prop::collection::vec(step(), 0..200)) {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut alarms = Alarms::new();
        let mut model: Vec<(u32, Option<u64>)> = Vec::new();
        let mut clock = 0;
        let mut made = 0_u32;
        for step in steps {
            match step {
                Step::Add => {
                    // The bell is the number that the sleeper will have.
                    made += 1;
                    let id = alarms.add(made);
                    prop_assert_eq!(id, made);
                    model.push((id, None));
                }
                Step::Set(who, after) => {
                    let wakes = after.map(|after| clock + after);
                    let known = model.get_mut(who);
                    let id = known.as_ref().map_or(u32::MAX, |(id, _)| *id);
                    prop_assert_eq!(alarms.set(id, wakes.map(at)), known.is_some());
                    if let Some(known) = known {
                        known.1 = wakes;
                    }
                }
                Step::Remove(who) if who < model.len() => alarms.remove(model.remove(who).0),
                Step::Remove(_) => alarms.remove(u32::MAX),
                Step::Pass(ms) => {
                    clock += ms;
                    let mut expected: Vec<_> = model
                        .iter_mut()
                        .filter(|(_, wakes)| wakes.is_some_and(|wakes| wakes <= clock))
                        .filter_map(|(id, wakes)| wakes.take().map(|wakes| (wakes, *id)))
                        .collect();
                    expected.sort_unstable();
                    let mut found = Vec::new();
                    while let Some(bell) = alarms.pop_due(at(clock)) {
                        found.push(bell);
                    }
                    let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();
                    prop_assert_eq!(found, expected);
                }
            }
            let next = model.iter().filter_map(|(_, wakes)| *wakes).min().map(at);
            prop_assert_eq!(alarms.next(), next);
        }
    }
}

struct Told(Sender<Instant>);

impl Wake for Told {
    fn wake(&self) {
        // The test may be over.
        let _ = self.0.send(Instant::now());
    }
}

fn thread_and_inbox() -> (TimerThread, std::sync::Arc<Inbox>, Receiver<Instant>) {
    let (sender, receiver) = channel();
    let inbox = Inbox::new(Box::new(Told(sender)));
    (
        TimerThread::start(|| {}).expect("a thread"),
        inbox,
        receiver,
    )
}

#[test]
fn rings_at_the_deadline_and_an_earlier_one_replaces_a_later() {
    let (thread, inbox, woken) = thread_and_inbox();
    let id = thread.open(inbox.open_port());
    let begun = Instant::now();
    thread.set(id, Duration::from_secs(3600));
    thread.set(id, Duration::from_millis(5));
    let at = woken
        .recv_timeout(Duration::from_secs(10))
        .expect("it rings");
    assert!(at - begun >= Duration::from_millis(5));
    assert!(inbox.next_ringing().is_some());
    inbox.end_drain();
    // Spent: the thread waits for the next.
    thread.set(id, Duration::ZERO);
    assert!(woken.recv_timeout(Duration::from_secs(10)).is_ok());
}

#[test]
fn a_closed_port_is_forgotten_and_the_others_ring() {
    let (thread, inbox, woken) = thread_and_inbox();
    let (closed, open) = (inbox.open_port(), inbox.open_port());
    let (gone, kept) = (thread.open(closed.clone()), thread.open(open.clone()));
    thread.set(gone, Duration::from_millis(1));
    inbox.close_port(closed.id());
    thread.set(gone, Duration::from_millis(1));
    thread.set(kept, Duration::from_millis(20));
    assert!(woken.recv_timeout(Duration::from_secs(10)).is_ok());
    assert_eq!(inbox.next_ringing(), Some(open.id()));
    assert_eq!(inbox.next_ringing(), None);
}

#[test]
fn a_delay_beyond_all_clocks_is_cut() {
    let (thread, inbox, woken) = thread_and_inbox();
    let id = thread.open(inbox.open_port());
    thread.set(id, Duration::MAX);
    assert!(woken.try_recv().is_err());
    assert_eq!(inbox.next_ringing(), None);
}
