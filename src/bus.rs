//! The binding of the Bus: handles by port, arenas in, segments out. Formats: `ironloop_core::bus`.

use std::cell::RefCell;
use std::sync::Arc;

use ironloop_core::bus::{self, Handle, Options, Overflow, PublishError, Retention};
use ironloop_core::numbered::Numbered;
use napi::{Error, Result};
use napi_derive::napi;

use crate::environment;
use crate::raw::{self, Call, Failure, Outcome, Reply};

thread_local! {
    /// This thread's handles by port. An entry goes with its port, also when the environment dies.
    static HANDLES: RefCell<Numbered<Arc<Handle>>> = RefCell::default();
}

pub(crate) const RAW: &[raw::Function] = &[
    raw::function("topic", topic),
    raw::function("publish", publish),
    raw::function("room", room),
    raw::function("take", take),
    raw::function("attach", attach),
    raw::function("claim", claim),
    raw::function("copyClaimed", copy_claimed),
    raw::function("reaches", reaches),
    raw::function("reportMemory", report_memory),
];

fn find(port: u32) -> Option<Arc<Handle>> {
    HANDLES.with_borrow(|handles| handles.get(&port).cloned())
}

fn handle(port: u32) -> Result<Arc<Handle>> {
    find(port).ok_or_else(|| Error::from_reason("not a Bus's open port"))
}

fn called(call: &Call) -> std::result::Result<Arc<Handle>, Failure> {
    find(call.u32(0)?).ok_or_else(|| Failure::internal("not a Bus's open port"))
}

/// (port, topic) -> its number, or -1 where it has to travel by name
fn topic(call: &Call) -> Outcome {
    let id = called(call)?.topic(&call.string(1)?);
    Ok(Reply::Number(id.map_or(-1.0, f64::from)))
}

/// (port, arena, end of runs, end of text, whether a character has two bytes) -> bytes of room afterwards
fn publish(call: &Call) -> Outcome {
    let handle = called(call)?;
    let end = call.usize(3)?;
    let data = call.bytes(1)?.get(..end);
    let data = data.ok_or_else(|| Failure::internal("the arena ends before its text"))?;
    match handle.publish(data, call.usize(2)?, call.bool(4)?) {
        // The environment is closing: as everything else that comes too late.
        Ok(()) | Err(PublishError::Closed) => Ok(Reply::from(handle.room())),
        Err(PublishError::Malformed) => Err(Failure::internal("a malformed arena")),
    }
}

/// (port) -> bytes that can be published before the fullest queue is full
fn room(call: &Call) -> Outcome {
    Ok(Reply::from(called(call)?.room()))
}

/// (port, memory) -> bytes written, plus 1 if there is more; negative: the bytes that the next message needs
fn take(call: &Call) -> Outcome {
    let taken = called(call)?.take(call.bytes_mut(1)?);
    let written = (taken.written + usize::from(taken.more)) as f64;
    Ok(Reply::Number(if taken.needed > 0 {
        -(taken.needed as f64)
    } else {
        written
    }))
}

/// (port, bytes) -> the ticket by which the next batch carries them
fn attach(call: &Call) -> Outcome {
    let ticket = called(call)?.attach(call.bytes(1)?);
    Ok(Reply::Number(f64::from(ticket)))
}

/// (port, ticket) -> an ArrayBuffer; undefined where it has to be copied
fn claim(call: &Call) -> Outcome {
    let (handle, ticket) = (called(call)?, call.u32(1)?);
    let Some(block) = handle.claim(ticket) else {
        return Ok(Reply::Undefined);
    };
    match call.array_buffer(block)? {
        Ok(made) => Ok(made),
        Err(block) => {
            handle.unclaim(ticket, block);
            Ok(Reply::Undefined)
        }
    }
}

/// (port, ticket, memory of that size)
fn copy_claimed(call: &Call) -> Outcome {
    let block = called(call)?.claim_shared(call.u32(1)?);
    let block = block.ok_or_else(|| Failure::internal("not a ticket of the last take"))?;
    let memory = call.bytes_mut(2)?;
    if memory.len() != block.len() {
        return Err(Failure::internal("memory of another size"));
    }
    memory.copy_from_slice(&block);
    Ok(Reply::Undefined)
}

/// (port, topic by its number) -> whether anybody would get a message on it
fn reaches(call: &Call) -> Outcome {
    Ok(Reply::Bool(called(call)?.reaches(call.u32(1)?)))
}

/// (port, bytes told so far) -> bytes that its queues hold, which V8 is told of
fn report_memory(call: &Call) -> Outcome {
    let queued = called(call)?.queued_bytes() as f64;
    call.report_memory(queued - call.f64(1)?);
    Ok(Reply::Number(queued))
}

/// Opens `port` as a handle on the process's Bus of this name, or on one of its own; `announce`s that it comes and goes.
#[napi]
pub fn bus_open(port: u32, name: Option<String>, thread: u32, announce: bool) -> Result<()> {
    let bell = environment::port(port).ok_or_else(|| Error::from_reason("not an open port"))?;
    let handle = bus::open(name.as_deref(), thread, Arc::new(bell.clone()));
    HANDLES.with_borrow_mut(|handles| handles.insert(port, Arc::clone(&handle)));
    if announce {
        handle.announce("$ironloop.bus.joined");
    }
    bell.on_close(move || {
        // The thread's own table may be gone already when the thread ends.
        let _ = HANDLES.try_with(|handles| handles.borrow_mut().remove(&port));
        handle.close();
        if announce {
            handle.announce("$ironloop.bus.left");
        }
    });
    Ok(())
}

/// The topic of a number that a message carried.
#[napi]
pub fn bus_topic_name(port: u32, topic: u32) -> Result<Option<String>> {
    Ok(handle(port)?.topic_name(topic).map(|name| name.to_string()))
}

/// Subscribes to a valid pattern; `overflow` is 0 drop-oldest, 1 drop-newest, 2 error. Undefined: it is closing.
#[napi]
pub fn bus_subscribe(
    port: u32,
    pattern: String,
    max_queued_bytes: f64,
    overflow: u32,
    group: Option<String>,
    replay: f64,
) -> Result<Option<u32>> {
    let options = Options {
        max_queued_bytes: max_queued_bytes as usize,
        overflow: match overflow {
            0 => Overflow::DropOldest,
            1 => Overflow::DropNewest,
            _ => Overflow::End,
        },
        group,
        replay: replay as usize,
    };
    Ok(handle(port)?.subscribe(&pattern, options))
}

/// Makes the Bus remember messages for those who come later; the first who asks decides how much.
#[napi]
pub fn bus_retain(port: u32, messages: f64, bytes: f64, topics: f64) -> Result<()> {
    handle(port)?.retain(Retention {
        messages: messages as usize,
        bytes: bytes as usize,
        topics: topics as usize,
    });
    Ok(())
}

/// Ends a subscription of this handle.
#[napi]
pub fn bus_unsubscribe(port: u32, subscription: u32) -> Result<()> {
    handle(port)?.unsubscribe(subscription);
    Ok(())
}

/// Messages queued and messages dropped, of one subscription.
#[napi]
pub fn bus_subscription(port: u32, subscription: u32) -> Result<Option<Vec<f64>>> {
    let counts = handle(port)?.subscription(subscription);
    Ok(counts.map(|(queued, dropped)| vec![queued as f64, dropped as f64]))
}

/// Whether anybody would get a message on this topic.
#[napi]
pub fn bus_has_subscribers(port: u32, topic: String) -> Result<bool> {
    Ok(handle(port)?.has_subscribers(&topic))
}

/// How many would get a message on this topic; of each group, all members.
#[napi]
pub fn bus_count_subscribers(port: u32, topic: String) -> Result<u32> {
    let count = handle(port)?.count_subscribers(&topic);
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The number that other handles know this one by.
#[napi]
pub fn bus_number(port: u32) -> Result<u32> {
    Ok(handle(port)?.number())
}

/// Offers a slot to a sender by port; the slots whose senders are gone.
#[napi]
pub fn bus_offer_slot(port: u32, slot: u32) -> Result<Vec<u32>> {
    Ok(handle(port)?.offer_slot(slot))
}

/// The slot that a sender has claimed of this handle.
#[napi]
pub fn bus_slot_of(port: u32, sender: u32) -> Result<Option<u32>> {
    Ok(handle(port)?.slot_of(sender))
}

/// Claims a slot of another handle, if it has one open.
#[napi]
pub fn bus_claim_slot(port: u32, receiver: u32) -> Result<Option<u32>> {
    Ok(handle(port)?.claim_slot(receiver))
}

/// Whether another handle has subscriptions.
#[napi]
pub fn bus_receives(port: u32, receiver: u32) -> Result<bool> {
    Ok(handle(port)?.receives(receiver))
}

/// Pairs of handle and subscription that a message on this topic may go to.
#[napi]
pub fn bus_destinations(port: u32, topic: String) -> Result<Vec<u32>> {
    let all = handle(port)?.destinations(&topic).into_iter();
    Ok(all.flat_map(|(receiver, id)| [receiver, id]).collect())
}

/// The handle of one subscription.
#[napi]
pub fn bus_destination(port: u32, subscription: u32) -> Result<Option<u32>> {
    Ok(handle(port)?.destination(subscription))
}

/// Whether publishers need not wait for room; the port is rung when a false answer may have changed.
#[napi]
pub fn bus_is_drained(port: u32) -> Result<bool> {
    Ok(handle(port)?.is_drained())
}

/// Asks for the port to be rung when everything published so far has left all queues.
#[napi]
pub fn bus_flush(port: u32) -> Result<()> {
    handle(port)?.flush();
    Ok(())
}

/// How many requests of `busFlush` have been met since the last time.
#[napi]
pub fn bus_landed(port: u32) -> Result<f64> {
    Ok(handle(port)?.landed() as f64)
}

/// Numbers about a handle and its Bus.
#[napi(object, object_from_js = false)]
pub struct BindingBusStats {
    pub published: f64,
    pub delivered: f64,
    pub dropped: f64,
    pub queued: f64,
    pub queued_bytes: f64,
    pub subscriptions: f64,
    pub topics: f64,
}

/// See `BindingBusStats`.
#[napi]
pub fn bus_stats(port: u32) -> Result<BindingBusStats> {
    let stats = handle(port)?.stats();
    Ok(BindingBusStats {
        published: stats.published as f64,
        delivered: stats.delivered as f64,
        dropped: stats.dropped as f64,
        queued: stats.queued as f64,
        queued_bytes: stats.queued_bytes as f64,
        subscriptions: stats.subscriptions as f64,
        topics: stats.topics as f64,
    })
}
