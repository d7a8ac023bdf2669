//! What native code tells those who subscribe to `$ironloop` topics of children, workers and loops. Nobody subscribed:
//! one look at an atomic.

use ironloop_core::bus::news::{self, Value};
use ironloop_core::pool::emitted;
use ironloop_sys::process::signal_name;

use crate::environment;

fn number(number: u32) -> Value<'static> {
    Value::Number(f64::from(number))
}

/// A child of `thread` has ended, and how; neither code nor signal where somebody else took its status.
pub(crate) fn child_exit(thread: u32, pid: u32, code: Option<i32>, signal: Option<i32>) {
    news::publish("$ironloop.child_process.exit", thread, || {
        let code = code.map_or(Value::Null, |code| Value::Number(f64::from(code)));
        let signal = signal.and_then(signal_name);
        Value::Object(vec![
            ("pid", number(pid)),
            ("exitCode", code),
            ("signal", signal.map_or(Value::Null, Value::Text)),
        ])
    });
}

/// A worker of a pool has started on this thread, or is at its end there.
pub(crate) fn worker(topic: &str, thread: u32, pool: u32) {
    news::publish(topic, thread, || {
        Value::Object(vec![("threadId", number(thread)), ("pool", number(pool))])
    });
}

/// The loop of a thread is blocked, or was; `stack` is a field of its own: what ran, or why that is not known.
pub(crate) fn blocked(
    thread: u32,
    blocked_ms: f64,
    cause: &str,
    ended: bool,
    stack: Option<(&'static str, &str)>,
) {
    news::publish("$ironloop.loop.blocked", thread, || {
        let mut fields = vec![
            ("threadId", number(thread)),
            ("blockedMs", Value::Number(blocked_ms)),
            ("cause", Value::Text(cause)),
            ("ended", Value::Bool(ended)),
        ];
        fields.extend(stack.map(|(name, text)| (name, Value::Text(text))));
        Value::Object(fields)
    });
}

/// What tasks on this thread have emitted, out of a worker's report. A report that is malformed tells nothing.
pub(crate) fn task_progress(report: &[u8]) {
    if news::are_heard() {
        for value in emitted(report) {
            let value = || Value::Captured(value);
            news::publish("$ironloop.pool.progress", environment::thread(), value);
        }
    }
}
