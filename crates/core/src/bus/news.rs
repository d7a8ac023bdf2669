//! News from native code, on topics that begin with `$ironloop.`: any module may publish, every Bus of the process that
//! has a subscriber for it delivers it. Wildcards in first place do not reach such topics, users cannot publish on them.
//!
//! ```
//! use ironloop_core::bus::news::{self, Value};
//!
//! // From any thread. The value is made only if somebody listens; else this is one look at an atomic.
//! news::publish("$ironloop.loop.blocked", 0, || Value::Object(vec![("blockedMs", Value::Number(52.0))]));
//! ```

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::HUBS;
use super::batch::{Arena, Batch, INLINE_TOPIC, RECORDS, RUN_HEADER};
use super::hub::Hub;
use super::topic::{NATIVE_TOKEN, is_topic};

/// A value that native code publishes.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'text> {
    Null,
    Bool(bool),
    Number(f64),
    Text(&'text str),
    /// Keys and values of an object.
    Object(Vec<(&'text str, Value<'text>)>),
    /// What JavaScript has captured, strings included (lib/internal/values). Not within an object.
    Captured(&'text [u8]),
}

// Tags of lib/internal/values/tags.js.
const NULL: u8 = 1;
const TRUE: u8 = 2;
const FALSE: u8 = 3;
const DOUBLE: u8 = 6;
const SHARED_TEXT: u8 = 9;
const KEYED: u8 = 15;

/// Subscriptions of all Buses that name native topics.
static LISTENERS: AtomicUsize = AtomicUsize::new(0);

/// Whether anybody listens to any news. A hint: who has just subscribed cannot expect what happens meanwhile.
#[must_use]
pub fn are_heard() -> bool {
    LISTENERS.load(Ordering::Relaxed) > 0
}

/// Publishes on every Bus of this process that has a subscriber for the topic. `thread` is the one that it is about, as
/// JavaScript numbers threads. Returns on how many it was published.
pub fn publish<'text>(topic: &str, thread: u32, make: impl FnOnce() -> Value<'text>) -> usize {
    if !are_heard() {
        return 0;
    }
    let mut hubs: Vec<Arc<Hub>> = {
        let hubs = HUBS.lock().unwrap_or_else(PoisonError::into_inner);
        let all = hubs.iter().flat_map(|hubs| hubs.values());
        all.filter_map(std::sync::Weak::upgrade).collect()
    };
    hubs.retain(|hub| is_heard_on(hub, topic));
    if !hubs.is_empty() {
        let value = make();
        for hub in &hubs {
            send(hub, topic, thread, &value);
        }
    }
    hubs.len()
}

/// The same on one Bus.
pub(super) fn publish_on(hub: &Hub, topic: &str, thread: u32, value: &Value<'_>) {
    if are_heard() && is_heard_on(hub, topic) {
        send(hub, topic, thread, value);
    }
}

/// Counts a subscription that comes, or goes.
pub(super) fn count(pattern: &str, comes: bool) {
    if !is_native(pattern) {
        return;
    }
    if comes {
        LISTENERS.fetch_add(1, Ordering::Relaxed);
    } else {
        LISTENERS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Of a topic or a pattern. The token alone is no topic of anybody: the Bus's own answers are subscribed by it.
fn is_native(topic: &str) -> bool {
    let rest = topic.strip_prefix(NATIVE_TOKEN);
    rest.is_some_and(|rest| rest.starts_with('.'))
}

fn is_heard_on(hub: &Hub, topic: &str) -> bool {
    is_native(topic) && is_topic(topic) && hub.has_subscribers(topic)
}

fn send(hub: &Hub, topic: &str, thread: u32, value: &Value<'_>) {
    let mut record = Record::default();
    record.write(value);
    let (data, runs_end, wide) = record.into_arena(topic);
    let arena = Arena {
        data: &data,
        runs_end,
        wide,
        large: Vec::new(),
    };
    if let Some(mut batch) = Batch::new(arena, thread, None) {
        batch.number(hub.next_native());
        hub.route(&Arc::new(batch), &Mutex::default());
    }
}

/// A value as lib/internal/values writes it.
#[derive(Default)]
struct Record {
    payload: Vec<u8>,
    text: Vec<u16>,
}

impl Record {
    fn write(&mut self, value: &Value<'_>) {
        match value {
            Value::Null => self.payload.push(NULL),
            Value::Bool(true) => self.payload.push(TRUE),
            Value::Bool(false) => self.payload.push(FALSE),
            Value::Number(number) => {
                self.payload.push(DOUBLE);
                self.payload.extend_from_slice(&number.to_le_bytes());
            }
            Value::Text(text) => self.write_text(text),
            Value::Captured(bytes) => self.payload.extend_from_slice(bytes),
            Value::Object(fields) => {
                self.payload.push(KEYED);
                let count = fields.len() as u32;
                self.payload.extend_from_slice(&count.to_le_bytes());
                for (_, field) in fields {
                    self.write(field);
                }
                for (key, _) in fields {
                    self.write_text(key);
                }
            }
        }
    }

    fn write_text(&mut self, text: &str) {
        let start = self.text.len();
        self.text.extend(text.encode_utf16());
        let length = self.text.len() - start;
        self.payload.push(SHARED_TEXT);
        match u8::try_from(length) {
            Ok(short) if short < 255 => self.payload.push(short),
            _ => {
                self.payload.push(255);
                let length = length as u32;
                self.payload.extend_from_slice(&length.to_le_bytes());
            }
        }
    }

    /// One run of one message under its topic's name.
    fn into_arena(self, topic: &str) -> (Vec<u8>, usize, bool) {
        let units = self.text.len() as u32;
        let body = 2 + topic.len() + 8 + self.payload.len();
        let mut data = Vec::with_capacity(RUN_HEADER + body + self.text.len() * 2);
        for word in [INLINE_TOPIC, RECORDS, 1, 0, body as u32, units] {
            data.extend_from_slice(&word.to_le_bytes());
        }
        data.extend_from_slice(&(topic.len() as u16).to_le_bytes());
        data.extend_from_slice(topic.as_bytes());
        for word in [self.payload.len() as u32, units] {
            data.extend_from_slice(&word.to_le_bytes());
        }
        data.extend_from_slice(&self.payload);
        let runs_end = data.len();
        let wide = self.text.iter().any(|unit| *unit > 255);
        for unit in self.text {
            let [low, high] = unit.to_le_bytes();
            data.push(low);
            if wide {
                data.push(high);
            }
        }
        (data, runs_end, wide)
    }
}
