//! What the tests of the Bus share.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Bell;
use super::batch::{BYTES, INLINE_TOPIC, LARGE, NUMBERS, TEXTS};

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

/// An arena as lib/events/outgoing.js writes it, of (topic, payload, text) as records; and where its runs end.
/// Messages of one topic that follow each other are one run. A topic by name is the start of its payload.
pub(super) fn arena<'a>(
    messages: impl Iterator<Item = (u32, &'a [u8], &'a str)>,
) -> (Vec<u8>, usize) {
    let (mut data, mut text) = (Vec::<u8>::new(), String::new());
    let mut run: Option<(u32, usize)> = None;
    for (topic, payload, characters) in messages {
        let start = match run {
            Some((same, start)) if same == topic && topic != INLINE_TOPIC => start,
            _ => {
                let start = data.len();
                data.extend_from_slice(&[0; 24]);
                data[start..start + 4].copy_from_slice(&topic.to_le_bytes());
                run = Some((topic, start));
                start
            }
        };
        let mut payload = payload;
        if topic == INLINE_TOPIC {
            let name = 2 + usize::from(payload[0]);
            data.extend_from_slice(&payload[..name]);
            payload = &payload[name..];
        }
        for word in [payload.len() as u32, characters.len() as u32] {
            data.extend_from_slice(&word.to_le_bytes());
        }
        data.extend_from_slice(payload);
        text.push_str(characters);
        let body = (data.len() - start - 24) as u32;
        for (place, add) in [(8, 1), (16, 0), (20, characters.len() as u32)] {
            let field: &mut [u8] = &mut data[start + place..start + place + 4];
            let old = u32::from_le_bytes(field.as_ref().try_into().expect("four bytes"));
            let new = if place == 16 { body } else { old + add };
            field.copy_from_slice(&new.to_le_bytes());
        }
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
        let (mut text_at, runs) = (at + 24, word(at + 20) as usize);
        at = text_at + (word(at + 16) as usize).next_multiple_of(4);
        let end = at + runs;
        match kind {
            2 => items.push(Item::Dropped(subscription, u64::from(count))),
            3 => items.push(Item::Ended(subscription)),
            _ => {
                while at < end {
                    let (topic, form, count, sequence) =
                        (word(at), word(at + 4), word(at + 8), word(at + 12));
                    let body_end = at + 24 + word(at + 16) as usize;
                    at += 24;
                    let mut name = Vec::new();
                    if topic == INLINE_TOPIC {
                        let length = 2 + usize::from(out[at]);
                        name.extend_from_slice(&out[at..at + length]);
                        at += length;
                    }
                    for step in 0..count {
                        let (head, payload, text) = match form {
                            NUMBERS => (0, 8, 0),
                            TEXTS => (4, 0, word(at) as usize),
                            BYTES => (4, word(at) as usize, 0),
                            LARGE => (4, 4, 0),
                            _ => (8, word(at) as usize, word(at + 4) as usize),
                        };
                        let bytes = &out[at + head..at + head + payload];
                        items.push(Item::Message(Message {
                            subscription,
                            thread,
                            topic,
                            sequence: sequence + step,
                            payload: [&name, bytes].concat(),
                            text: String::from_utf8(out[text_at..text_at + text].to_vec())
                                .expect("text"),
                        }));
                        (at, text_at) = (at + head + payload, text_at + text);
                    }
                    assert_eq!(at, body_end);
                }
            }
        }
        at = at.max(end).next_multiple_of(4);
    }
    items
}
