//! A published batch: what one publisher wrote between two crossings, shared by all queues that hold some of it.
//!
//! The arena that JavaScript wrote, as it is (lib/events/outgoing.js), and as it is handed out again (receiver.rs).
//! Messages that follow each other on one topic, in one form, are a run:
//!
//! ```text
//! runs  { topic u32, form u32, count u32, sequence u32, body bytes u32, text units u32, body }*
//! text  the characters of all runs' strings, one or two bytes each
//! ```
//!
//! Bodies by form: RECORDS `{ length u32, text units u32, payload }*`, a payload being a captured value
//! (lib/internal/values), opaque here; NUMBERS `f64*`; TEXTS `{ text units u32 }*`; BYTES `{ length u32, bytes }*`;
//! LARGE `{ length u32, ticket u32 }*`, Buffers that travel beside the arena in blocks of their own; PORTED as RECORDS, in
//! the place of values that lib/ sends by a port: they cannot be remembered.
//! Where `topic` is `INLINE_TOPIC`, a body begins with the topic itself: `length u16` and UTF-8. From `TO_SUBSCRIPTION` up
//! to there it is no topic but the one subscription that gets the run: an answer goes to whoever asked.
//!
//! Where a whole batch goes from one publisher to a subscriber, which is the rule, nothing here looks at a single
//! message: runs are checked, routed and copied as they are. Single records are found only when somebody asks.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::block::Block;
use super::flight::Flight;

/// Stands in a run whose topic has no number because the table of topics is full.
pub const INLINE_TOPIC: u32 = u32::MAX;

/// A run's topic from here on is the number of a subscription, plus this.
pub const TO_SUBSCRIPTION: u32 = 1 << 31;

pub(super) const RUN_HEADER: usize = 24;
/// What a message costs in a queue beside its bytes.
pub(super) const RECORD_COST: usize = 16;

pub(super) const RECORDS: u32 = 0;
pub(super) const NUMBERS: u32 = 1;
pub(super) const TEXTS: u32 = 2;
pub(super) const BYTES: u32 = 3;
pub(super) const LARGE: u32 = 4;
pub(super) const PORTED: u32 = 5;

/// Messages that follow each other on one topic; see the module's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) topic: u32,
    pub(super) form: u32,
    pub(super) count: u32,
    pub(super) sequence: u32,
    /// The topic with its length, where it travels by name; else empty.
    pub(super) name: Range<usize>,
    pub(super) body: Range<usize>,
    pub(super) text: Range<usize>,
}

/// One message of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) run: u32,
    pub(super) sequence: u32,
    /// Its part of the run's body.
    pub(super) at: Range<usize>,
    pub(super) text: Range<usize>,
    pub(super) cost: usize,
}

/// Records that follow each other in memory: what a run becomes where only some of it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) run: u32,
    pub(super) count: u32,
    pub(super) sequence: u32,
    pub(super) at: Range<usize>,
    pub(super) text: Range<usize>,
}

/// See the module's text.
pub(super) struct Batch {
    pub(super) data: Block,
    pub(super) runs: Vec<Run>,
    pub(super) runs_end: usize,
    /// How many messages, and what they cost in a queue.
    pub(super) count: u32,
    pub(super) cost: usize,
    /// Two bytes per character of text, else one.
    pub(super) wide: bool,
    /// The thread that published it, as JavaScript numbers threads.
    pub(super) thread: u32,
    /// The blocks of Buffers that travel beside the arena, by their tickets.
    pub(super) large: Vec<Arc<Block>>,
    /// None where no publisher waits for it: what is remembered, and native news.
    flight: Option<Arc<Flight>>,
    records: OnceLock<Vec<Record>>,
}

/// What a publisher hands over.
pub(super) struct Arena<'data> {
    pub(super) data: &'data [u8],
    pub(super) runs_end: usize,
    pub(super) wide: bool,
    pub(super) large: Vec<Arc<Block>>,
}

impl Batch {
    /// A batch of a copy of the arena. None if its runs are not what they say.
    pub(super) fn new(arena: Arena<'_>, thread: u32, flight: Option<Arc<Flight>>) -> Option<Self> {
        let runs = parse(&arena)?;
        let count = runs
            .iter()
            .try_fold(0_u32, |sum, run| sum.checked_add(run.count))?;
        let beside: usize = arena.large.iter().map(|block| block.len()).sum();
        let bytes: usize = runs.iter().map(|run| run.body.len() + run.text.len()).sum();
        Some(Self {
            data: Block::copy_of(arena.data),
            runs,
            runs_end: arena.runs_end,
            count,
            cost: bytes + beside + count as usize * RECORD_COST,
            wide: arena.wide,
            thread,
            large: arena.large,
            flight,
            records: OnceLock::new(),
        })
    }

    /// Numbers the messages from `first` on.
    pub(super) fn number(&mut self, first: u32) {
        let mut sequence = first;
        for run in &mut self.runs {
            run.sequence = sequence;
            let header = run.name.start - RUN_HEADER;
            let word = &mut self.data.as_mut_slice()[header + 12..header + 16];
            word.copy_from_slice(&sequence.to_le_bytes());
            sequence = sequence.wrapping_add(run.count);
        }
    }

    /// What a whole run costs in a queue.
    pub(super) fn cost_of(&self, run: &Run) -> usize {
        let beside = if run.form == LARGE {
            self.large_bytes(run.body.clone())
        } else {
            0
        };
        run.body.len() + run.text.len() + beside + run.count as usize * RECORD_COST
    }

    fn large_bytes(&self, at: Range<usize>) -> usize {
        let tickets = at.step_by(8);
        tickets
            .map(|at| self.large_at(at).map_or(0, |b| b.len()))
            .sum()
    }

    /// The block of a record of form LARGE that stands at this place.
    pub(super) fn large_at(&self, at: usize) -> Option<&Arc<Block>> {
        self.large.get(u32_at(&self.data, at + 4)? as usize)
    }

    /// The topic that stands in a run without a number.
    pub(super) fn inline_topic(&self, run: &Run) -> Option<&str> {
        let name = self.data.get(run.name.clone())?.get(2..)?;
        std::str::from_utf8(name).ok()
    }

    /// Every message by itself.
    pub(super) fn records(&self) -> &[Record] {
        self.records.get_or_init(|| {
            let mut records = Vec::with_capacity(self.count as usize);
            for (index, run) in (0..).zip(&self.runs) {
                if self.read_run(index, run, &mut records).is_none() {
                    break;
                }
            }
            records
        })
    }

    fn read_run(&self, index: u32, run: &Run, records: &mut Vec<Record>) -> Option<()> {
        let (mut at, mut text) = (run.body.start, run.text.start);
        for step in 0..run.count {
            let (length, units) = match run.form {
                NUMBERS => (8, 0),
                TEXTS => (4, u32_at(&self.data, at)? as usize),
                BYTES => (4 + u32_at(&self.data, at)? as usize, 0),
                LARGE => (8, 0),
                _ => (
                    8 + u32_at(&self.data, at)? as usize,
                    u32_at(&self.data, at + 4)? as usize,
                ),
            };
            let text_end = text + (units << usize::from(self.wide));
            if length > run.body.end - at || text_end > run.text.end {
                return None;
            }
            let beside = if run.form == LARGE {
                self.large_at(at)?.len()
            } else {
                0
            };
            records.push(Record {
                run: index,
                sequence: run.sequence.wrapping_add(step),
                at: at..at + length,
                text: text..text_end,
                cost: length + (text_end - text) + beside + RECORD_COST,
            });
            (at, text) = (at + length, text_end);
        }
        Some(())
    }

    /// A batch of its own for a few of the records, so that they do not hold the rest in memory.
    pub(super) fn extract(&self, picks: &[u32]) -> Option<Batch> {
        let records = self.records();
        let picked = || picks.iter().filter_map(|at| records.get(*at as usize));
        let parts = parts(picked());
        let mut data = Vec::new();
        let mut large = Vec::new();
        for part in &parts {
            let start = data.len();
            self.write_part(part, &mut |bytes| data.extend_from_slice(bytes));
            if self.form(part) == LARGE {
                let body = start + self.body_offset(part);
                self.collect_large(part, &mut data[body..], &mut large);
            }
        }
        let runs_end = data.len();
        for part in &parts {
            data.extend_from_slice(&self.data[part.text.clone()]);
        }
        let arena = Arena {
            data: &data,
            runs_end,
            wide: self.wide,
            large,
        };
        Batch::new(arena, self.thread, self.flight.clone())
    }

    /// The publisher does not wait for this batch to land.
    pub(super) fn without_flight(mut self) -> Batch {
        self.flight = None;
        self
    }

    /// What a part takes as a run of its own.
    pub(super) fn part_bytes(&self, part: &Part) -> usize {
        self.body_offset(part) + part.at.len()
    }

    pub(super) fn form(&self, part: &Part) -> u32 {
        self.runs[part.run as usize].form
    }

    fn body_offset(&self, part: &Part) -> usize {
        RUN_HEADER + self.runs[part.run as usize].name.len()
    }

    /// Writes a part as a run of its own.
    pub(super) fn write_part(&self, part: &Part, write: &mut impl FnMut(&[u8])) {
        let run = &self.runs[part.run as usize];
        let body = (run.name.len() + part.at.len()) as u32;
        let units = (part.text.len() >> usize::from(self.wide)) as u32;
        for word in [run.topic, run.form, part.count, part.sequence, body, units] {
            write(&word.to_le_bytes());
        }
        write(&self.data[run.name.clone()]);
        write(&self.data[part.at.clone()]);
    }

    /// Moves the blocks of a written part of form LARGE to the end of `list`, and writes their places as tickets.
    pub(super) fn collect_large(&self, part: &Part, body: &mut [u8], list: &mut Vec<Arc<Block>>) {
        for (from, to) in part.at.clone().step_by(8).zip((0..body.len()).step_by(8)) {
            let Some(block) = self.large_at(from) else {
                continue;
            };
            body[to + 4..to + 8].copy_from_slice(&(list.len() as u32).to_le_bytes());
            list.push(Arc::clone(block));
        }
    }
}

/// Joins records that follow each other.
fn parts<'all>(records: impl Iterator<Item = &'all Record>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for record in records {
        match parts.last_mut() {
            Some(last) if last.continues(record) => last.join(record),
            _ => parts.push(Part::of(record)),
        }
    }
    parts
}

impl Part {
    pub(super) fn of(record: &Record) -> Self {
        Self {
            run: record.run,
            count: 1,
            sequence: record.sequence,
            at: record.at.clone(),
            text: record.text.clone(),
        }
    }

    pub(super) fn continues(&self, record: &Record) -> bool {
        self.run == record.run && self.at.end == record.at.start
    }

    pub(super) fn join(&mut self, record: &Record) {
        self.count += 1;
        self.at.end = record.at.end;
        self.text.end = record.text.end;
    }
}

/// An arena of one message that a number says the topic of, and that has nothing beside it.
pub(super) struct Single<'data> {
    pub(super) topic: u32,
    pub(super) thread: u32,
    pub(super) wide: bool,
    /// The run with its header, and its text.
    pub(super) run: &'data [u8],
    pub(super) text: &'data [u8],
}

impl<'data> Single<'data> {
    /// None where it is something else, also where it is not what its headers say.
    pub(super) fn read(arena: &Arena<'data>, thread: u32) -> Option<Self> {
        let run = Run::read(arena, 0, arena.runs_end)?;
        let is_all = run.body.end == arena.runs_end && run.text.end == arena.data.len();
        let is_plain = run.form != LARGE && run.topic != INLINE_TOPIC && arena.large.is_empty();
        (is_all && is_plain && run.count == 1 && run.may_be()).then(|| Self {
            topic: run.topic,
            thread,
            wide: arena.wide,
            run: &arena.data[..arena.runs_end],
            text: &arena.data[arena.runs_end..],
        })
    }

    /// What it takes as a segment.
    pub(super) fn segment_bytes(&self, header: usize) -> usize {
        header + self.text.len().next_multiple_of(4) + self.run.len().next_multiple_of(4)
    }
}

fn parse(arena: &Arena<'_>) -> Option<Vec<Run>> {
    let &Arena { data, runs_end, .. } = arena;
    let mut runs = Vec::new();
    let (mut at, mut text_at) = (0, runs_end);
    while at < runs_end {
        let run = Run::read(arena, at, text_at)?;
        (at, text_at) = (run.body.end, run.text.end);
        if at > runs_end || text_at > data.len() || !run.may_be() {
            return None;
        }
        runs.push(run);
    }
    Some(runs)
}

impl Run {
    fn read(arena: &Arena<'_>, at: usize, text_at: usize) -> Option<Self> {
        let data = arena.data;
        let word = |place: usize| u32_at(data, at + place * 4);
        let start = at + RUN_HEADER;
        let end = start.checked_add(word(4)? as usize)?;
        let text_end = text_at.checked_add((word(5)? as usize) << usize::from(arena.wide))?;
        let topic = word(0)?;
        let name_end = if topic == INLINE_TOPIC {
            let length = u16::from_le_bytes(data.get(start..start + 2)?.try_into().ok()?);
            start + 2 + usize::from(length)
        } else {
            start
        };
        (name_end <= end).then_some(Self {
            topic,
            form: word(1)?,
            count: word(2)?,
            sequence: word(3)?,
            name: start..name_end,
            body: name_end..end,
            text: text_at..text_end,
        })
    }

    /// Whether so many messages can be in a body of that size.
    fn may_be(&self) -> bool {
        let count = self.count as usize;
        let bytes = self.body.len();
        match self.form {
            RECORDS | PORTED => bytes >= count * 8,
            NUMBERS | LARGE => bytes == count * 8,
            TEXTS => bytes == count * 4,
            BYTES => bytes >= count * 4,
            _ => false,
        }
    }
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..at.checked_add(4)?)?;
    bytes.try_into().ok().map(u32::from_le_bytes)
}
