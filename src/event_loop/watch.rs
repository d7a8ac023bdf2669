//! Watches: options in, blocks out.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ironloop_core::bus::native::{self, Value};
use ironloop_core::inbox::Mailbox;
use ironloop_core::numbered::Numbered;
use ironloop_core::watchdog::{Block, Cause, Listener, News, Rules, Stack};
use ironloop_sys::clock;
use napi::{Error, Result};
use napi_derive::napi;

use super::report::{Report, Told, text_of};
use super::{capture, milliseconds, this_loop, watchdog};
use crate::environment;

const TOPIC: &str = "$ironloop.loop.blocked";

type Blocks = Arc<Mailbox<(u32, Block)>>;

thread_local! {
    static MAILBOXES: RefCell<Numbered<Blocks>> = RefCell::default();
}

/// What lib/ has validated.
#[napi(object, object_to_js = false)]
pub struct BindingWatchOptions {
    pub threshold_ms: f64,
    pub stack: bool,
    pub abort_after_ms: Option<f64>,
    /// 'stderr', 'file' or none.
    pub report: Option<String>,
    pub path: Option<String>,
}

/// A block; `endedAgoMs` is negative while it lasts.
#[napi(object, object_from_js = false)]
pub struct BindingBlock {
    pub tag: u32,
    pub thread_id: u32,
    pub blocked_ms: f64,
    pub began_ago_ms: f64,
    pub cause: &'static str,
    pub ended: bool,
    pub stack: Option<String>,
    pub frames: Option<String>,
    pub reason: Option<String>,
}

struct Ear {
    tag: u32,
    thread: u32,
    blocks: Blocks,
    report: Option<Report>,
    /// The block that was written down last while it lasted.
    written: AtomicU32,
}

impl Listener for Ear {
    fn hear(&self, news: News) {
        match news {
            News::Capture(id) => capture::ask(self.thread, id),
            News::Release(id) => capture::release(id),
            News::Blocked(block) => {
                publish(&block, self.thread, block.cause.name());
                self.write(&block, Told::First);
                self.written.store(block.id, Ordering::Relaxed);
            }
            News::Ended(block) => {
                let told = self.written.load(Ordering::Relaxed) == block.id;
                self.write(&block, if told { Told::Again } else { Told::First });
                self.blocks.post((self.tag, block));
            }
            News::Abort(block) => {
                let stderr = Report::Stderr;
                let report = self.report.as_ref().unwrap_or(&stderr);
                report.write(&text_of(&block, self.thread, Told::Abort));
                std::process::abort();
            }
        }
    }
}

impl Ear {
    fn write(&self, block: &Block, told: Told) {
        if let Some(report) = &self.report {
            report.write(&text_of(block, self.thread, told));
        }
    }
}

fn publish(block: &Block, thread: u32, cause: &str) {
    let mut fields = vec![
        ("threadId", Value::Number(f64::from(thread))),
        ("blockedMs", Value::Number(milliseconds(block.blocked))),
        ("cause", Value::Text(cause)),
        ("ended", Value::Bool(block.ended)),
    ];
    match &block.stack {
        Stack::Taken(trace) => fields.push(("stack", Value::Text(&trace.text))),
        Stack::Missing(reason) => fields.push(("stackMissing", Value::Text(reason))),
        Stack::Pending | Stack::NotAsked => {}
    }
    native::publish(TOPIC, thread, &Value::Object(fields));
}

/// Makes `port` one that hears of blocks.
#[napi]
pub fn loop_open_watches(port: u32) -> Result<()> {
    let bell = environment::port(port).ok_or_else(|| Error::from_reason("not an open port"))?;
    MAILBOXES.with_borrow_mut(|all| all.insert(port, Arc::new(Mailbox::new(bell.clone()))));
    bell.on_close(move || {
        MAILBOXES.with_borrow_mut(|all| all.remove(&port));
    });
    Ok(())
}

/// Watches this thread's loop; its blocks arrive at `port` under `tag`. Returns the number of the watch.
#[napi]
pub fn loop_watch(port: u32, tag: u32, options: BindingWatchOptions) -> Result<u32> {
    let blocks = MAILBOXES.with_borrow(|all| all.get(&port).cloned());
    let blocks = blocks.ok_or_else(|| Error::from_reason("not a port of watches"))?;
    let this = this_loop::current()?;
    let report = match options.report.as_deref() {
        None => None,
        Some("stderr") => Some(Report::open(None)),
        Some(_) => Some(Report::open(options.path.as_deref())),
    };
    let report = report.transpose();
    let ear = Ear {
        tag,
        thread: this.thread,
        blocks,
        report: report.map_err(|error| Error::from_reason(error.to_string()))?,
        written: AtomicU32::new(0),
    };
    let rules = Rules {
        threshold: (options.threshold_ms * 1e6) as u64,
        capture: options.stack,
        abort_after: options.abort_after_ms.map(|ms| (ms * 1e6) as u64),
    };
    let watch = watchdog().watch(this.id, rules, Arc::new(ear));
    let watch = watch.map_err(|error| Error::from_reason(error.to_string()))?;
    let watch = watch.ok_or_else(|| Error::from_reason("the loop is closing"))?;
    this.add_watch(port, watch);
    Ok(watch)
}

/// Ends a watch of this thread.
#[napi]
pub fn loop_unwatch(watch: u32) -> Result<()> {
    this_loop::current()?.remove_watches(|_, id| id == watch);
    Ok(())
}

/// Blocks that are over, at most `max`; `look` counts the turn that goes on, too.
#[napi]
pub fn loop_take_blocks(port: u32, max: u32, look: bool) -> Result<Vec<BindingBlock>> {
    let this = this_loop::current()?;
    if look {
        this.beat(0);
        watchdog().look(this.id);
    }
    let blocks = MAILBOXES.with_borrow(|all| all.get(&port).cloned());
    let taken = blocks.map(|blocks| blocks.take(max as usize));
    let taken = taken.unwrap_or_default().into_iter();
    Ok(taken
        .map(|(tag, block)| convert(tag, this.thread, block))
        .collect())
}

/// The block that lasts longest of those that last, of all threads or of one.
#[napi]
pub fn loop_blocked(thread: Option<u32>) -> Option<BindingBlock> {
    let only = match thread {
        None => None,
        Some(thread) => Some(this_loop::loop_of(thread)?),
    };
    let (id, block) = watchdog().blocked(only)?;
    Some(convert(0, this_loop::thread_of(id)?, block))
}

/// Tells the Buses of a block that is over, when its cause is known.
#[napi]
pub fn loop_publish_ended(thread: u32, blocked_ms: f64, cause: String, stack: Option<String>) {
    let mut fields = vec![
        ("threadId", Value::Number(f64::from(thread))),
        ("blockedMs", Value::Number(blocked_ms)),
        ("cause", Value::Text(&cause)),
        ("ended", Value::Bool(true)),
    ];
    if let Some(stack) = &stack {
        fields.push(("stack", Value::Text(stack)));
    }
    native::publish(TOPIC, thread, &Value::Object(fields));
}

fn convert(tag: u32, thread: u32, block: Block) -> BindingBlock {
    let (mut stack, mut frames, mut reason) = (None, None, None);
    match block.stack {
        Stack::Taken(trace) => {
            stack = Some(trace.text.clone());
            frames = Some(trace.frames.clone());
        }
        Stack::Missing(why) => reason = Some(why.to_string()),
        Stack::NotAsked | Stack::Pending => {}
    }
    BindingBlock {
        tag,
        thread_id: thread,
        blocked_ms: milliseconds(block.blocked),
        began_ago_ms: milliseconds(clock::now().saturating_sub(block.began)),
        cause: Cause::name(block.cause),
        ended: block.ended,
        stack,
        frames,
        reason,
    }
}
