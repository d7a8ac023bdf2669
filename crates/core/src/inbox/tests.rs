use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use super::{Inbox, Mailbox, Wake};
use crate::lock::lock;

#[derive(Clone, Default)]
struct FakeLoop {
    wakes: Arc<(Mutex<usize>, Condvar)>,
}

impl FakeLoop {
    fn wakes(&self) -> usize {
        *lock(&self.wakes.0)
    }

    /// Waits as a loop does: for a wake-up that came or comes.
    fn wait(&self, seen: &mut usize) {
        let mut wakes = lock(&self.wakes.0);
        while *wakes == *seen {
            wakes = self.wakes.1.wait(wakes).expect("the fake loop's lock");
        }
        *seen = *wakes;
    }
}

impl Wake for FakeLoop {
    fn wake(&self) {
        *lock(&self.wakes.0) += 1;
        self.wakes.1.notify_all();
    }
}

fn drain(inbox: &Inbox, mut ask: impl FnMut(u32)) {
    let Some((mut id, behind)) = inbox.next_or_end() else {
        return;
    };
    for _ in 0..behind {
        ask(id);
        id = inbox.next_ringing().expect("none is closed");
    }
    ask(id);
    inbox.end_drain();
}

#[test]
fn a_drain_that_finds_no_more_ends_and_the_next_ring_wakes() {
    let fake = FakeLoop::default();
    let inbox = Inbox::new(Box::new(fake.clone()));
    let port = inbox.open_port();
    port.notify();
    assert_eq!(inbox.next_or_end(), Some((port.id(), 0)));
    port.notify();
    assert_eq!(fake.wakes(), 1, "the drain goes on");
    assert_eq!(inbox.next_or_end(), Some((port.id(), 0)));
    assert_eq!(inbox.next_or_end(), None);
    port.notify();
    assert_eq!(fake.wakes(), 2);
}

#[test]
fn a_port_that_is_put_back_is_the_first_of_the_next_turn() {
    let fake = FakeLoop::default();
    let inbox = Inbox::new(Box::new(fake.clone()));
    let (a, b) = (inbox.open_port(), inbox.open_port());
    a.notify();
    b.notify();
    let first = inbox.next_or_end().expect("two ring").0;
    inbox.put_back(first);
    inbox.put_back(first);
    inbox.end_drain();
    assert_eq!(fake.wakes(), 2);
    let mut asked = Vec::new();
    drain(&inbox, |id| asked.push(id));
    assert_eq!(asked, [a.id(), b.id()]);
}

#[test]
fn one_wake_up_serves_every_ring_of_a_turn() {
    let fake = FakeLoop::default();
    let inbox = Inbox::new(Box::new(fake.clone()));
    let (a, b) = (inbox.open_port(), inbox.open_port());
    for _ in 0..10 {
        assert!(a.notify());
        assert!(b.notify());
    }
    assert_eq!(fake.wakes(), 1);
    let mut asked = Vec::new();
    drain(&inbox, |id| asked.push(id));
    assert_eq!(asked, [a.id(), b.id()]);
    assert_eq!(fake.wakes(), 1);
    a.notify();
    assert_eq!(fake.wakes(), 2);
}

#[test]
fn a_ring_during_the_drain_waits_for_the_next_turn() {
    let fake = FakeLoop::default();
    let inbox = Inbox::new(Box::new(fake.clone()));
    let port = inbox.open_port();
    port.notify();
    let mut asked = 0;
    drain(&inbox, |_| {
        asked += 1;
        port.notify();
    });
    assert_eq!((asked, fake.wakes()), (1, 2));
}

#[test]
fn a_closed_port_hears_nothing_and_runs_its_hook_once() {
    let inbox = Inbox::new(Box::new(FakeLoop::default()));
    let port = inbox.open_port();
    let closed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&closed);
    port.on_close(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    port.notify();
    inbox.close_port(port.id());
    inbox.close_port(port.id());
    inbox.close();
    assert!(!port.notify());
    assert_eq!(inbox.next_ringing(), None);
    assert_eq!(closed.load(Ordering::SeqCst), 1);
    let late = Arc::clone(&closed);
    port.on_close(move || {
        late.fetch_add(1, Ordering::SeqCst);
    });
    assert_eq!(closed.load(Ordering::SeqCst), 2);
}

#[test]
fn closing_the_inbox_silences_every_port() {
    let fake = FakeLoop::default();
    let inbox = Inbox::new(Box::new(fake.clone()));
    let mailbox = Mailbox::new(inbox.open_port());
    inbox.close();
    assert!(!mailbox.post(1));
    assert!(mailbox.take(9).is_empty());
    assert!(!inbox.open_port().notify());
    assert_eq!(fake.wakes(), 0);
}

#[test]
fn a_hook_may_ring_another_port() {
    let inbox = Inbox::new(Box::new(FakeLoop::default()));
    let (a, b) = (inbox.open_port(), inbox.open_port());
    let ring = b.clone();
    a.on_close(move || {
        ring.notify();
    });
    inbox.close_port(a.id());
    assert_eq!(inbox.next_ringing(), Some(b.id()));
}

#[test]
fn nothing_posted_under_traffic_is_lost() {
    const THREADS: usize = 4;
    const ITEMS: usize = 20_000;
    let fake = FakeLoop::default();
    let inbox = Inbox::new(Box::new(fake.clone()));
    let mailboxes: Vec<_> = (0..THREADS)
        .map(|_| Arc::new(Mailbox::new(inbox.open_port())))
        .collect();
    let producers: Vec<_> = mailboxes
        .iter()
        .map(|mailbox| {
            let mailbox = Arc::clone(mailbox);
            thread::spawn(move || (0..ITEMS).for_each(|item| assert!(mailbox.post(item))))
        })
        .collect();
    let mut seen = 0;
    let mut received = vec![Vec::new(); THREADS];
    while received.iter().map(Vec::len).sum::<usize>() < THREADS * ITEMS {
        fake.wait(&mut seen);
        drain(&inbox, |id| {
            let at = id as usize - 1;
            received[at].extend(mailboxes[at].take(1000));
            if received[at].len() < ITEMS {
                mailboxes[at].port().notify();
            }
        });
    }
    for producer in producers {
        producer.join().expect("a producer");
    }
    for items in received {
        assert!(items.into_iter().eq(0..ITEMS));
    }
}
