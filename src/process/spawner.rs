//! The thread that starts children. It lives as long as the process: a child that dies with its parent dies with the
//! thread that cloned it, and the clone suspends that thread until the child executes, never a JavaScript loop.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crossbeam::channel::{Sender, unbounded};
use ironloop_core::io_thread::IoThread;
use ironloop_core::process::{
    Capture, Control, Group, GroupLimits, Growth, Input, Parts, RealFiles, Rules, drive,
};
use ironloop_sys::process::{
    Command, FORCE_SIGNAL, Handle, Reader, SpawnError, Spawner, Starter, Step, Writer,
};
use ironloop_sys::thread::block_signals;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;

use super::mechanisms::cgroups;
use super::pipes::{PipeSink, PipeSource};
use super::run::{Run, RunDesk};
use super::target::Target;
use super::watched::{First, LoopEnds, Watched, outlive, reap_unwatched};

/// How many pipes may have 1 MB at a time; the kernel gives an unprivileged user 64 such pipes in all.
const LARGE_PIPES: usize = 16;

static QUEUE: Mutex<Option<Sender<Job>>> = Mutex::new(None);

/// A run to start.
pub(super) struct Job {
    pub(super) run: Arc<Run>,
    pub(super) command: Command,
    pub(super) rules: Rules,
    /// What its cgroup is to bound, if it is to have one.
    pub(super) group: Option<GroupLimits>,
    /// What to keep of stdout and stderr; None drops what comes.
    pub(super) limits: [Option<usize>; 2],
    pub(super) controls: UnboundedReceiver<Control>,
    /// Where its loop hears of ends, unless it waits for this one without turning.
    pub(super) ends: Option<LoopEnds>,
    pub(super) io: Arc<IoThread>,
}

/// Queues a run.
///
/// # Errors
/// When the thread cannot be started; a later call tries again.
pub(super) fn queue(job: Job) -> io::Result<()> {
    let mut queue = QUEUE.lock().unwrap_or_else(PoisonError::into_inner);
    let sender = match &*queue {
        Some(sender) => sender,
        None => queue.insert(start()?),
    };
    // The receiver lives as long as the thread, which never ends.
    let _ = sender.send(job);
    Ok(())
}

fn start() -> io::Result<Sender<Job>> {
    let (sender, receiver) = unbounded::<Job>();
    let mut spawner = Spawner::new()?;
    thread::Builder::new()
        .name("ironloop-spawn".into())
        .spawn(move || {
            block_signals();
            let growth = Growth::new(LARGE_PIPES);
            for job in &receiver {
                if job.run.start.begin() {
                    serve(job, &mut spawner, &growth);
                }
            }
        })?;
    Ok(sender)
}

fn serve(mut job: Job, spawner: &mut Spawner, growth: &Growth) {
    let started = Instant::now();
    let group = match make_group(&mut job) {
        Ok(group) => group,
        Err(error) => {
            return job.run.failed(SpawnError {
                step: Step::Attributes,
                errno: error.raw_os_error().unwrap_or(0),
            });
        }
    };
    match spawner.spawn(&job.command) {
        Err(error) => {
            if let Some(group) = group {
                group.remove();
            }
            job.run.failed(error);
        }
        Ok(child) => {
            let guarded = child.control.is_some();
            let target = Arc::new(Target::new(child.process, child.control, group));
            job.run.reachable(&target);
            if !guarded {
                job.run.spawned(target.process.pid());
            }
            let ends = (child.stdin, child.stdout, child.stderr);
            let (growth, io) = (growth.clone(), Arc::clone(&job.io));
            io.spawn(async move { follow(job, target, ends, (growth, started)).await });
        }
    }
}

/// Without limits a group is only the better way: one that cannot be had leaves the tree to the warden.
fn make_group(job: &mut Job) -> io::Result<Option<Group<RealFiles>>> {
    let (Some(limits), Some(warden)) = (job.group, &mut job.command.warden) else {
        return Ok(None);
    };
    let Some(cgroups) = cgroups() else {
        return Ok(None);
    };
    match cgroups.make(limits) {
        Ok(group) => {
            let directory = group.directory().as_os_str().as_encoded_bytes();
            warden.cgroup = Some(directory.to_vec());
            Ok(Some(group))
        }
        Err(_) if limits == GroupLimits::default() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The parent's ends of stdin, stdout and stderr.
type Ends = (Option<Writer>, Option<Reader>, Option<Reader>);

/// On the I/O thread from here on.
async fn follow(job: Job, target: Arc<Target>, ends: Ends, about: (Growth, Instant)) {
    // Pipes are the I/O thread's, and for a run that has some the end is only one of the things to hear of.
    let bare = matches!(ends, (None, None, None));
    let input = ends.0.map(PipeSink::new).transpose();
    let stdout = ends.1.map(PipeSource::new).transpose();
    let stderr = ends.2.map(PipeSource::new).transpose();
    let watched = Watched::new(Arc::clone(&target), job.ends.as_ref().filter(|_| bare));
    let parts = || -> io::Result<_> { Ok((watched?, input?, stdout?, stderr?)) };
    let (mut watched, input, stdout, stderr) = match parts() {
        Ok(parts) => parts,
        Err(error) => return give_up(&job.run, &target, &error).await,
    };
    if target.control.is_some() {
        match watched.first().await {
            First::Runs { pid } => job.run.spawned(pid),
            First::Failed(error) => {
                job.run.failed(error);
                return outlive(target).await;
            }
            First::Silence => {}
        }
    }
    let place = watched.place();
    let [keep_stdout, keep_stderr] = job.limits.map(|limit| limit.map(Capture::new));
    let feed = job.run.feed.clone();
    let parts = Parts {
        process: watched,
        outputs: [(stdout, keep_stdout), (stderr, keep_stderr)],
        input: input.zip(feed).map(|(sink, feed)| Input::new(sink, feed)),
        controls: job.controls,
        rules: job.rules,
        growth: about.0,
        started: about.1,
    };
    place.follow(drive(parts, RunDesk(job.run))).await;
    outlive(target).await;
}

/// It runs but cannot be followed (no descriptors for epoll, no memory): it must not run at all.
async fn give_up(run: &Run, target: &Target, error: &io::Error) {
    target.signal(FORCE_SIGNAL, true);
    reap_unwatched(&target.process).await;
    let errno = error.raw_os_error().unwrap_or(0);
    run.failed(SpawnError {
        step: Step::Pipe,
        errno,
    });
}
