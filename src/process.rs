//! Child processes: takes commands from lib/child_process to the spawner thread, and back what became of them.
//!
//! A run is known by the port of its copy of lib/ and a number that lib/ gave it; every function but `open` starts with
//! the two. Events are pulled as rows of four numbers, results into arrays and views of lib/'s own.

mod desk;
mod fell;
mod line;
mod mechanisms;
mod output;
#[cfg(unix)]
mod pipes;
#[cfg(not(unix))]
#[path = "process/pipes_by_thread.rs"]
mod pipes;
mod request;
mod result;
mod run;
mod shared;
mod spawner;
mod target;
mod watched;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use ironloop_core::process::Control;
use tokio::sync::mpsc::unbounded_channel;

use crate::raw::{self, Call, Failure, Function, Reply, function};
use crate::{environment, threads};
use run::Run;
use spawner::Job;

/// See lib/child_process/desk.js.
pub(crate) const RAW: &[Function] = &[
    function("open", open),
    function("mechanisms", mechanisms::mechanisms),
    function("useWarden", mechanisms::use_warden),
    function("start", start),
    function("takeNews", take_news),
    function("watchSpawn", watch_spawn),
    function("kill", kill),
    function("cancel", cancel),
    function("killAllAtExit", kill_all_at_exit),
    function("killTree", fell::kill_tree),
    function("handOn", output::hand_on),
    function("closeOutput", output::close),
    function("read", output::read),
    function("pipe", output::pipe),
    function("write", write),
    function("endInput", end_input),
    function("wait", result::wait),
    function("facts", result::facts),
    function("text", result::text),
    function("bytes", result::bytes),
    function("memory", result::memory),
    function("forget", forget),
    function("directory", directory),
];

/// How long the process's exit waits for a start that is under way, so that its child can be killed.
const EXIT_PATIENCE: Duration = Duration::from_millis(100);

/// Numbers in one row of news.
const ROW: usize = 4;

fn find(call: &Call) -> Result<Option<Arc<Run>>, Failure> {
    let (port, id) = (call.u32(0)?, call.u32(1)?);
    Ok(desk::find(port).and_then(|desk| desk.run(id)))
}

fn with_run(call: &Call, tell: impl FnOnce(&Run)) -> raw::Outcome {
    if let Some(run) = find(call)? {
        tell(&run);
    }
    Ok(Reply::Undefined)
}

fn open(call: &Call) -> raw::Outcome {
    let port = environment::port(call.u32(0)?);
    desk::open(port.ok_or_else(|| Failure::internal("open: not an open port"))?);
    Ok(Reply::Undefined)
}

/// 0, or the errno for which no thread could be started.
fn start(call: &Call) -> raw::Outcome {
    let (port, id) = (call.u32(0)?, call.u32(1)?);
    let desk = desk::find(port).ok_or_else(|| Failure::internal("start: not an open port"))?;
    let request = request::read(call)?;
    let (controls, receiver) = unbounded_channel();
    let run = Arc::new(Run::new(
        id,
        Arc::clone(&desk.mailbox),
        controls,
        request.feed,
        (
            request.rules.kill_signal,
            request.rules.group,
            request.detached,
        ),
    ));
    let queued = threads::io().and_then(|io| {
        spawner::queue(Job {
            run: Arc::clone(&run),
            command: request.command,
            rules: request.rules,
            group: request.group,
            limits: request.limits,
            controls: receiver,
            ends: (!request.sync).then(|| desk.ends.clone()),
            io,
        })
    });
    match queued {
        Ok(()) => desk.add(run),
        Err(error) => return Ok(Reply::Number(error.raw_os_error().unwrap_or(-1).into())),
    }
    Ok(Reply::Number(0.0))
}

/// Fills rows of (id, kind, detail, detail) and answers how many.
fn take_news(call: &Call) -> raw::Outcome {
    let rows: &mut [f64] = call.elements_mut(1)?;
    let Some(desk) = desk::find(call.u32(0)?) else {
        return Ok(Reply::Number(0.0));
    };
    let news = desk.mailbox.take(rows.len() / ROW);
    for (row, news) in rows.chunks_exact_mut(ROW).zip(&news) {
        let [first, second] = news.details.map(f64::from);
        row.copy_from_slice(&[news.id.into(), news.kind as u32 as f64, first, second]);
    }
    Ok(news.len().into())
}

fn watch_spawn(call: &Call) -> raw::Outcome {
    let pid = find(call)?.map_or(0, |run| run.watch_spawn());
    Ok(Reply::Number(pid.into()))
}

fn kill(call: &Call) -> raw::Outcome {
    let (signal, ends) = (call.f64(2)? as i32, call.bool(3)?);
    let sent = find(call)?.is_some_and(|run| run.kill(signal, ends));
    Ok(Reply::Bool(sent))
}

fn cancel(call: &Call) -> raw::Outcome {
    with_run(call, Run::cancel)
}

/// Kills what runs of all copies of lib/ on this thread; waits a moment for what is being started.
fn kill_all_at_exit(_call: &Call) -> raw::Outcome {
    let mut left: Vec<_> = desk::all().iter().flat_map(|desk| desk.left()).collect();
    let deadline = Instant::now() + EXIT_PATIENCE;
    loop {
        left.retain(|run| !run.kill_at_exit());
        if left.is_empty() || Instant::now() >= deadline {
            return Ok(Reply::Undefined);
        }
        thread::sleep(Duration::from_micros(200));
    }
}

/// 1 if more may be written at once, 0 if not before news of it, -1 if nobody reads it.
fn write(call: &Call) -> raw::Outcome {
    let bytes = call.bytes(2)?.to_vec();
    let room = find(call)?.map_or(-1.0, |run| {
        let Some(feed) = run.feed.as_ref().filter(|feed| !feed.is_broken()) else {
            return -1.0;
        };
        let room = feed.write(bytes);
        run.control(Control::Look);
        f64::from(u8::from(room))
    });
    Ok(Reply::Number(room))
}

fn end_input(call: &Call) -> raw::Outcome {
    with_run(call, |run| {
        if let Some(feed) = &run.feed {
            feed.end();
            run.control(Control::Look);
        }
    })
}

/// `(port, path, removed)`: a directory that goes with the port, unless it was removed before.
fn directory(call: &Call) -> raw::Outcome {
    let (path, removed) = (call.string(1)?, call.bool(2)?);
    if let Some(desk) = desk::find(call.u32(0)?) {
        desk.keep_directory(path.into(), removed);
    }
    Ok(Reply::Undefined)
}

/// The run is over and lib/ has what it wants of it.
fn forget(call: &Call) -> raw::Outcome {
    if let Some(desk) = desk::find(call.u32(0)?) {
        desk.remove(call.u32(1)?);
    }
    Ok(Reply::Undefined)
}
