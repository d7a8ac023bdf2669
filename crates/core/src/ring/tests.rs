use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Corrupt, Lane, MOST_BYTES, Pushed, Receiver, Row, Sender, Taken, lanes, words};

const NO_ROW: Row = [0; 3];

fn memory(data: usize) -> Vec<AtomicU64> {
    (0..32 + data).map(|_| AtomicU64::new(0)).collect()
}

fn lane(words: &[AtomicU64]) -> Lane<'_> {
    Lane::of(words).expect("a lane")
}

/// Everything that is there, in the way lib/ takes it.
fn drain(receiver: &mut Receiver, lane: Lane<'_>) -> Result<Vec<(u32, Vec<u8>)>, Corrupt> {
    let (mut bytes, mut rows) = (vec![0; 64], [NO_ROW; 4]);
    let mut records = Vec::new();
    loop {
        match receiver.take(lane, 48, &mut bytes, &mut rows)? {
            Taken::Nothing => return Ok(records),
            Taken::Announced { kind, bytes } => {
                let mut long = vec![0; bytes as usize];
                receiver.fetch(lane, &mut long).expect("what was announced");
                records.push((kind, long));
            }
            Taken::Records { count, .. } => {
                records.extend(rows[..count].iter().map(|[kind, offset, length]| {
                    let start = *offset as usize;
                    (*kind, bytes[start..start + *length as usize].to_vec())
                }))
            }
        }
    }
}

#[test]
fn a_segment_has_two_lanes() {
    let segment: Vec<_> = (0..words()).map(|_| AtomicU64::new(0)).collect();
    assert!(lanes(&segment).is_some());
    assert!(lanes(&segment[..words() - 2]).is_none());
    assert!(lanes(&segment[..10]).is_none());
    assert!(lanes(&[]).is_none());
}

#[test]
fn a_full_ring_takes_nothing_and_asks_to_be_rung() {
    let words = memory(8);
    let (mut sender, mut receiver) = (Sender::default(), Receiver::default());
    assert_eq!(
        sender.push(lane(&words), 1, &[1; 40]),
        Ok(Pushed::Done { ring: false })
    );
    assert_eq!(sender.push(lane(&words), 2, &[2; 16]), Ok(Pushed::Full));
    let (mut bytes, mut rows) = ([0; 64], [NO_ROW; 4]);
    let taken = receiver.take(lane(&words), 64, &mut bytes, &mut rows);
    assert_eq!(
        taken,
        Ok(Taken::Records {
            count: 1,
            ring: true
        })
    );
    assert_eq!(
        receiver.take(lane(&words), 64, &mut bytes, &mut rows),
        Ok(Taken::Nothing)
    );
    assert_eq!(
        sender.push(lane(&words), 2, &[2; 16]),
        Ok(Pushed::Done { ring: true })
    );
    assert_eq!(
        drain(&mut receiver, lane(&words)),
        Ok(vec![(2, vec![2; 16])])
    );
}

#[test]
fn lies_about_positions_and_lengths_are_found() {
    let mut rows = [NO_ROW; 4];
    for (place, lie) in [(0, 9), (0, u64::MAX), (0, 1 << 40)] {
        let words = memory(8);
        words[place].store(lie, Ordering::Relaxed);
        let taken = Receiver::default().take(lane(&words), 64, &mut [0; 64], &mut rows);
        assert_eq!(taken, Err(Corrupt), "{lie}");
    }
    for length in [57_u64, MOST_BYTES as u64 + 1, u64::from(u32::MAX)] {
        let words = memory(8);
        words[0].store(8, Ordering::Relaxed);
        words[32].store(length, Ordering::Relaxed);
        let taken = Receiver::default().take(lane(&words), 64, &mut [0; 64], &mut rows);
        assert_eq!(taken, Err(Corrupt), "{length}");
    }
    let words = memory(8);
    let mut sender = Sender::default();
    sender.push(lane(&words), 1, &[1; 40]).expect("room");
    words[8].store(7, Ordering::Relaxed);
    assert_eq!(sender.push(lane(&words), 1, &[1; 40]), Err(Corrupt));
}

#[test]
fn a_producer_and_a_consumer_on_two_threads_lose_nothing() {
    const COUNT: u32 = 200_000;
    let words = memory(256);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut sender = Sender::default();
            for kind in 0..COUNT {
                let bytes = [kind as u8; 300];
                let bytes = &bytes[..kind as usize % 300];
                while sender.push(lane(&words), kind, bytes) == Ok(Pushed::Full) {
                    thread::yield_now();
                }
            }
        });
        let (mut receiver, mut next) = (Receiver::default(), 0);
        while next < COUNT {
            for (kind, bytes) in drain(&mut receiver, lane(&words)).expect("honest records") {
                assert_eq!((kind, bytes.len()), (next, next as usize % 300));
                assert!(bytes.iter().all(|byte| *byte == next as u8));
                next += 1;
            }
            thread::yield_now();
        }
    });
}

/// What the other process does next.
#[derive(Clone, Debug)]
enum Act {
    Push(u32, Vec<u8>),
    Drain,
    /// Writes anywhere.
    Poke(usize, u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    vec(
        prop_oneof![
            4 => (any::<u32>(), vec(any::<u8>(), 0..200)).prop_map(|(kind, bytes)| Act::Push(kind, bytes)),
            2 => Just(Act::Drain),
        ],
        0..60,
    )
}

fn hostile_acts() -> impl Strategy<Value = Vec<Act>> {
    let word = prop_oneof![any::<u64>(), 0_u64..600];
    vec(
        prop_oneof![
            1 => (any::<u32>(), vec(any::<u8>(), 0..200)).prop_map(|(kind, bytes)| Act::Push(kind, bytes)),
            1 => Just(Act::Drain),
            3 => (0_usize..32 + 64, word).prop_map(|(at, word)| Act::Poke(at, word)),
        ],
        0..60,
    )
}

proptest! {
    #[test]
    fn what_goes_in_comes_out_in_order(acts in acts()) {
        let words = memory(64);
        let (mut sender, mut receiver) = (Sender::default(), Receiver::default());
        let (mut sent, mut received) = (Vec::new(), Vec::new());
        for act in acts {
            match act {
                Act::Push(kind, bytes) => match sender.push(lane(&words), kind, &bytes) {
                    Ok(Pushed::Done { .. }) => sent.push((kind, bytes)),
                    Ok(Pushed::Full) => {
                        received.extend(drain(&mut receiver, lane(&words)).expect("honest records"));
                    }
                    Err(Corrupt) => panic!("nobody lied"),
                },
                _ => received.extend(drain(&mut receiver, lane(&words)).expect("honest records")),
            }
        }
        received.extend(drain(&mut receiver, lane(&words)).expect("honest records"));
        prop_assert_eq!(sent, received);
    }

    /// No panic, no read or write beyond, and no end without an answer, whatever the other process writes.
    #[test]
    fn anything_in_shared_memory_is_survived(acts in hostile_acts()) {
        let words = memory(64);
        let (mut sender, mut receiver) = (Sender::default(), Receiver::default());
        for act in acts {
            match act {
                Act::Push(kind, bytes) => drop(sender.push(lane(&words), kind, &bytes)),
                Act::Drain => {
                    let records = drain(&mut receiver, lane(&words)).unwrap_or_default();
                    // A look gives no more than the ring holds: 64 records of no bytes.
                    prop_assert!(records.len() <= 64);
                }
                Act::Poke(at, word) => words[at].store(word, Ordering::Relaxed),
            }
        }
    }
}
