//! Who sleeps is rung: in every interleaving of a producer that publishes and a consumer that finds nothing.

use loom::sync::Arc;
use loom::thread;

use super::sync::AtomicU64;
use super::{Lane, Pushed, Receiver, Row, Sender, Taken};

/// A lane that two records of no bytes fill.
fn memory() -> Arc<Vec<AtomicU64>> {
    Arc::new((0..32 + 2).map(|_| AtomicU64::new(0)).collect())
}

fn lane(words: &[AtomicU64]) -> Lane<'_> {
    Lane::of(words).expect("a lane")
}

const NO_ROW: Row = [0; 3];

/// The kind of the record that is there, or None.
fn take(receiver: &mut Receiver, words: &[AtomicU64]) -> (Option<u32>, bool) {
    let mut rows = [NO_ROW];
    match receiver.take(lane(words), 0, &mut [], &mut rows) {
        Ok(Taken::Records { ring, .. }) => (Some(rows[0][0]), ring),
        Ok(Taken::Nothing) => (None, false),
        other => panic!("{other:?}"),
    }
}

#[test]
fn loom_ring_a_sleeping_consumer_is_rung() {
    loom::model(|| {
        let words = memory();
        let producer = {
            let words = Arc::clone(&words);
            thread::spawn(move || Sender::default().push(lane(&words), 7, &[]))
        };
        let mut receiver = Receiver::default();
        let (seen, _) = take(&mut receiver, &words);
        let pushed = producer.join().expect("the producer");
        assert!(matches!(pushed, Ok(Pushed::Done { .. })));
        if seen.is_none() {
            assert_eq!(pushed, Ok(Pushed::Done { ring: true }), "nobody wakes it");
            assert_eq!(take(&mut receiver, &words).0, Some(7));
        } else {
            assert_eq!(seen, Some(7));
        }
    });
}

#[test]
fn loom_ring_a_waiting_producer_is_rung() {
    loom::model(|| {
        let words = memory();
        let mut sender = Sender::default();
        for kind in 0..2 {
            let pushed = sender.push(lane(&words), kind, &[]);
            assert!(matches!(pushed, Ok(Pushed::Done { .. })));
        }
        let consumer = {
            let words = Arc::clone(&words);
            thread::spawn(move || take(&mut Receiver::default(), &words))
        };
        let pushed = sender.push(lane(&words), 2, &[]);
        let (seen, ring) = consumer.join().expect("the consumer");
        assert_eq!(seen, Some(0));
        match pushed {
            Ok(Pushed::Full) => {
                assert!(ring, "nobody wakes it");
                let pushed = sender.push(lane(&words), 2, &[]);
                assert!(matches!(pushed, Ok(Pushed::Done { .. })));
            }
            other => assert!(matches!(other, Ok(Pushed::Done { .. }))),
        }
    });
}

#[test]
fn loom_ring_what_is_seen_is_whole() {
    loom::model(|| {
        let words = memory();
        let producer = {
            let words = Arc::clone(&words);
            thread::spawn(move || Sender::default().push(lane(&words), 7, b"whole"))
        };
        let (mut bytes, mut rows) = ([0; 8], [NO_ROW]);
        let mut receiver = Receiver::default();
        let taken = receiver.take(lane(&words), 8, &mut bytes, &mut rows);
        if let Ok(Taken::Records { count: 1, .. }) = taken {
            assert_eq!(&bytes[..5], b"whole");
        } else {
            assert_eq!(taken, Ok(Taken::Nothing));
        }
        assert!(producer.join().expect("the producer").is_ok());
    });
}
