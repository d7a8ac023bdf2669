//! What a wake-up does: ports that rang are asked for their news, each in a callback of its own.

use std::time::{Duration, Instant};

use super::current;

/// A drain that took this long leaves the rest to the next turn, so that a flood starves neither timers nor I/O.
const DRAIN_SLICE: Duration = Duration::from_millis(5);

/// How long a drain goes on with ports that ring while it runs.
const ANSWERS_SLICE: Duration = Duration::from_millis(1);

/// One turn: asks every port that rang before it began, each once, and for a short time those that ring meanwhile: the
/// answer to what a microtask sent needs no turn of the loop. What a port could not deliver waits for the next turn.
pub(super) fn drain() {
    let Some(environment) = current() else { return };
    let Some(scope) = environment.handle_scope() else {
        return;
    };
    let Some((mut id, mut behind)) = environment.inbox.next_or_end() else {
        return;
    };
    // One port, as a rule: then nobody waits for it to come to an end, and no clock is read.
    let mut started = (behind > 0).then(Instant::now);
    let mut left = Vec::new();
    loop {
        match environment.ask(id, &scope) {
            Some(true) => left.extend(environment.inbox.port(id)),
            Some(false) => {}
            None => return,
        }
        let Some(next) = environment.inbox.next_or_end() else {
            break;
        };
        let slice = if behind > 0 {
            DRAIN_SLICE
        } else {
            ANSWERS_SLICE
        };
        if started.get_or_insert_with(Instant::now).elapsed() >= slice {
            environment.inbox.put_back(next.0);
            environment.inbox.end_drain();
            break;
        }
        behind = if behind > 0 { behind - 1 } else { next.1 };
        id = next.0;
    }
    for port in left {
        port.notify();
    }
}

/// For callbacks of the loop that find out themselves what is new: runs `hear`, and delivers what rang in this turn.
#[cfg(target_os = "linux")]
pub(crate) fn drain_after(hear: impl FnOnce()) {
    let Some(environment) = current() else { return };
    environment.inbox.begin_drain();
    hear();
    drain();
}

/// Asks one port for its news at once: for callbacks of the loop that are about it, and need no other turn. What it could
/// not deliver waits for the next.
#[cfg(target_os = "linux")]
pub(crate) fn deliver(port: u32) {
    let Some(environment) = current() else { return };
    let Some(scope) = environment.handle_scope() else {
        return;
    };
    if environment.ask(port, &scope) == Some(true)
        && let Some(port) = environment.inbox.port(port)
    {
        port.notify();
    }
}
