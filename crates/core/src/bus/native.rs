//! News from native code, on topics that begin with `$ironloop`: any module may publish, every Bus of the process that
//! has a subscriber for it delivers it. Wildcards in first place do not reach such topics, users cannot publish on them.

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
}

// Tags of lib/internal/values/tags.js.
const NULL: u8 = 1;
const TRUE: u8 = 2;
const FALSE: u8 = 3;
const DOUBLE: u8 = 6;
const SHARED_TEXT: u8 = 9;
const KEYED: u8 = 15;

/// Publishes on every Bus of this process that has a subscriber for the topic. `thread` is the one that it is about, as
/// JavaScript numbers threads. Returns on how many it was published.
pub fn publish(topic: &str, thread: u32, value: &Value<'_>) -> usize {
    let hubs: Vec<Arc<Hub>> = {
        let hubs = HUBS.lock().unwrap_or_else(PoisonError::into_inner);
        let all = hubs.iter().flat_map(|hubs| hubs.values());
        all.filter_map(std::sync::Weak::upgrade).collect()
    };
    let heard = hubs
        .iter()
        .filter(|hub| publish_on(hub, topic, thread, value));
    heard.count()
}

/// The same on one Bus. False if nobody there would hear it, or if it is no native topic.
pub(super) fn publish_on(hub: &Hub, topic: &str, thread: u32, value: &Value<'_>) -> bool {
    let is_native = topic.split('.').next() == Some(NATIVE_TOKEN) && is_topic(topic);
    if !is_native || !hub.has_subscribers(topic) {
        return false;
    }
    let mut record = Record::default();
    record.write(value);
    let (data, runs_end, wide) = record.into_arena(topic);
    let arena = Arena {
        data: &data,
        runs_end,
        wide,
        large: Vec::new(),
    };
    let Some(mut batch) = Batch::new(arena, thread, None) else {
        return false;
    };
    batch.number(hub.next_native());
    hub.route(&Arc::new(batch), &Mutex::default());
    true
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
