//! A published batch: the bytes of one publisher's turn, shared by all queues that hold some of its records.
//!
//! The arena that JavaScript wrote, as it is (lib/events/outgoing.js):
//!
//! ```text
//! records   { topic u32, payload length u32, text units u32, payload }*
//! text      the characters of all records' strings, one or two bytes each
//! ```
//!
//! A payload is a captured value (lib/internal/values), opaque here. Where `topic` is `INLINE_TOPIC`, it is preceded
//! by the topic itself: `length u16` and UTF-8.

use std::ops::Range;
use std::sync::Arc;

use super::flight::Flight;

/// Stands in a record whose topic has no number because the table of topics is full.
pub const INLINE_TOPIC: u32 = u32::MAX;

const RECORD_HEADER: usize = 12;
/// What a record costs in a queue beside its bytes.
const RECORD_COST: usize = 16;

/// One message of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) topic: u32,
    pub(super) sequence: u32,
    pub(super) payload: Range<usize>,
    pub(super) text: Range<usize>,
}

impl Record {
    /// Whether the same subscriptions match both. Topics that travel by name are looked up each by itself.
    pub(super) fn same_topic(&self, other: &Record) -> bool {
        self.topic == other.topic && self.topic != INLINE_TOPIC
    }

    /// What it counts against the bound of a queue.
    pub(super) fn cost(&self) -> usize {
        self.payload.len() + self.text.len() + RECORD_COST
    }
}

/// See the module's text.
pub(super) struct Batch {
    pub(super) data: Box<[u8]>,
    pub(super) records: Vec<Record>,
    /// Two bytes per character of text, else one.
    pub(super) wide: bool,
    /// The thread that published it, as JavaScript numbers threads.
    pub(super) thread: u32,
    pub(super) flight: Arc<Flight>,
}

impl Batch {
    /// Reads the record headers of an arena whose records end at `records_end`. None if they are not what they say.
    pub(super) fn parse(
        data: &[u8],
        records_end: usize,
        wide: bool,
        first_sequence: u32,
    ) -> Option<Vec<Record>> {
        let mut records = Vec::new();
        let (mut at, mut text_at) = (0, records_end);
        while at < records_end {
            let payload_at = at + RECORD_HEADER;
            let payload_end = payload_at.checked_add(u32_at(data, at + 4)? as usize)?;
            let text_bytes = (u32_at(data, at + 8)? as usize) << usize::from(wide);
            let text_end = text_at.checked_add(text_bytes)?;
            if payload_end > records_end || text_end > data.len() {
                return None;
            }
            records.push(Record {
                topic: u32_at(data, at)?,
                sequence: first_sequence.wrapping_add(u32::try_from(records.len()).ok()?),
                payload: payload_at..payload_end,
                text: text_at..text_end,
            });
            (at, text_at) = (payload_end, text_end);
        }
        Some(records)
    }

    /// The topic that stands in the payload of a record without a number.
    pub(super) fn inline_topic(&self, record: &Record) -> Option<&str> {
        let payload = self.data.get(record.payload.clone())?;
        let length = u16::from_le_bytes([*payload.first()?, *payload.get(1)?]) as usize;
        std::str::from_utf8(payload.get(2..2 + length)?).ok()
    }

    /// A batch of its own for a few of the records, so that they do not hold the rest in memory.
    pub(super) fn extract(&self, picks: &[u32]) -> Batch {
        let picked = || picks.iter().filter_map(|at| self.records.get(*at as usize));
        let mut data = Vec::with_capacity(picked().map(Record::cost).sum());
        let mut records: Vec<Record> = picked().cloned().collect();
        let move_to_end = |range: &mut Range<usize>, data: &mut Vec<u8>| {
            let start = data.len();
            data.extend_from_slice(&self.data[range.clone()]);
            *range = start..data.len();
        };
        for record in &mut records {
            move_to_end(&mut record.payload, &mut data);
            move_to_end(&mut record.text, &mut data);
        }
        Batch {
            data: data.into(),
            records,
            wide: self.wide,
            thread: self.thread,
            flight: Arc::clone(&self.flight),
        }
    }
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..at.checked_add(4)?)?;
    bytes.try_into().ok().map(u32::from_le_bytes)
}
