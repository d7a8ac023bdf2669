//! The rings between two processes: whatever the other writes into the shared memory, at any time, is an answer or
//! `Corrupt`, and nothing is read or written beyond the ring.
#![no_main]

use std::sync::atomic::{AtomicU64, Ordering};

use ironloop_core::ring::{Receiver, Row, Sender, Taken, lanes, words};
use libfuzzer_sys::fuzz_target;

/// Where a word of the other process goes: among the control words and the first of the data, or anywhere.
fn place(at: u32) -> usize {
    let at = at as usize;
    if at & 1 == 0 {
        words() / 2 * (at >> 1 & 1) + (at >> 2) % 64
    } else {
        at % words()
    }
}

fuzz_target!(|acts: Vec<(u32, u64, u8)>| {
    let memory: Vec<_> = (0..words()).map(|_| AtomicU64::new(0)).collect();
    let [there, back] = lanes(&memory).expect("a segment");
    let (mut sender, mut receiver) = (Sender::default(), Receiver::default());
    let (mut bytes, mut rows): (Vec<u8>, [Row; 16]) = (vec![0; 4096], [[0; 3]; 16]);
    for (at, word, act) in acts {
        match act % 4 {
            0 => {
                let _ = sender.push(there, at, &bytes[..word as usize % 4096]);
            }
            1 => match receiver.take(back, 1024, &mut bytes, &mut rows) {
                Ok(Taken::Records { count, .. }) => {
                    for [_, offset, length] in &rows[..count] {
                        let end = *offset as usize + *length as usize;
                        assert!(end <= bytes.len() && *length <= 1024);
                    }
                }
                Ok(Taken::Announced { bytes: length, .. }) => {
                    let mut long = vec![0; length as usize];
                    assert!(receiver.fetch(back, &mut long).is_some());
                }
                Ok(Taken::Nothing) | Err(_) => {}
            },
            _ => memory[place(at)].store(word, Ordering::Relaxed),
        }
    }
});
