//! What the tests of the Bus share.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Bell;

pub(super) struct Silent;

impl Bell for Silent {
    fn ring(&self) -> bool {
        true
    }
}

#[derive(Default)]
pub(super) struct Counting(pub(super) AtomicUsize);

impl Bell for Counting {
    fn ring(&self) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst);
        true
    }
}

/// An arena as lib/events/outgoing.js writes it, of (topic, payload, text); and where its records end.
pub(super) fn arena<'a>(
    messages: impl Iterator<Item = (u32, &'a [u8], &'a str)>,
) -> (Vec<u8>, usize) {
    let (mut data, mut text) = (Vec::new(), String::new());
    for (topic, payload, characters) in messages {
        for word in [topic, payload.len() as u32, characters.len() as u32] {
            data.extend_from_slice(&word.to_le_bytes());
        }
        data.extend_from_slice(payload);
        text.push_str(characters);
    }
    let end = data.len();
    data.extend_from_slice(text.as_bytes());
    (data, end)
}

/// What a take wrote: (subscription, thread, topic, sequence, payload, text) of each message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) subscription: u32,
    pub(super) thread: u32,
    pub(super) topic: u32,
    pub(super) sequence: u32,
    pub(super) payload: Vec<u8>,
    pub(super) text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Message(Message),
    Dropped(u32, u64),
    Ended(u32),
}

pub(super) fn read(out: &[u8]) -> Vec<Item> {
    let word = |at: usize| u32::from_le_bytes(out[at..at + 4].try_into().expect("four bytes"));
    let (mut items, mut at) = (Vec::new(), 0);
    while at < out.len() {
        let (kind, subscription, count, thread) =
            (word(at), word(at + 4), word(at + 8), word(at + 12));
        let (mut text_at, records) = (at + 24, word(at + 20) as usize);
        at = text_at + (word(at + 16) as usize).next_multiple_of(4);
        let end = (at + records).next_multiple_of(4);
        match kind {
            2 => items.push(Item::Dropped(subscription, u64::from(count))),
            3 => items.push(Item::Ended(subscription)),
            _ => {
                for _ in 0..count {
                    let (payload, text) = (word(at + 8) as usize, word(at + 12) as usize);
                    items.push(Item::Message(Message {
                        subscription,
                        thread,
                        topic: word(at),
                        sequence: word(at + 4),
                        payload: out[at + 16..at + 16 + payload].to_vec(),
                        text: String::from_utf8(out[text_at..text_at + text].to_vec())
                            .expect("text"),
                    }));
                    (at, text_at) = (at + 16 + payload, text_at + text);
                }
            }
        }
        at = at.max(end);
    }
    items
}
