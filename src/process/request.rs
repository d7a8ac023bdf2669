//! The arguments of `start`, as lib/child_process/request.js lays them out.

use std::sync::Arc;
use std::time::Duration;

use ironloop_core::process::{Feed, GroupLimits, OnOverflow, Rules};
use ironloop_sys::process::{
    CStrings, Command, FORCE_SIGNAL, Limit, LimitKind, Stdio, Warden, environment,
};

use super::mechanisms;
use crate::raw::{Call, Failure};

/// Bytes that a feed takes before its writer should wait.
const FEED_BYTES: usize = 1024 * 1024;

// Where each number stands.
const FLAGS: usize = 0;
const STDIN: usize = 1;
const STDOUT: usize = 2;
const STDERR: usize = 3;
const MAX_BUFFER: usize = 4;
const TIMEOUT_MS: usize = 5;
const GRACE_MS: usize = 6;
const KILL_SIGNAL: usize = 7;
const UID: usize = 8;
const GID: usize = 9;
const UMASK: usize = 10;
const NICE: usize = 11;
const LIMITS: usize = 12;
const MEMORY: usize = LIMITS + LIMIT_KINDS.len();
const PROCESSES: usize = MEMORY + 1;
/// Descriptors of ours that become stdout and stderr.
const FILES: usize = PROCESSES + 1;
const NUMBERS: usize = FILES + 2;

const LIMIT_KINDS: [LimitKind; 4] = [
    LimitKind::AddressSpaceBytes,
    LimitKind::CpuSeconds,
    LimitKind::FileSizeBytes,
    LimitKind::OpenFiles,
];

// The bits of FLAGS.
const GROUP: u32 = 1;
const DIE_WITH_PARENT: u32 = 2;
const TRUNCATE: u32 = 4;
const INHERIT_ENV: u32 = 8;
const DETACHED: u32 = 16;
const MERGE: u32 = 32;
const SPILL: u32 = 64;
const SYNC: u32 = 128;

// What a descriptor can be.
const INHERIT: u32 = 1;
const PIPE: u32 = 2;
const GIVEN: u32 = 3;
const FILE: u32 = 4;

/// All that a run is started with.
pub(super) struct Request {
    pub(super) command: Command,
    pub(super) rules: Rules,
    pub(super) limits: [Option<usize>; 2],
    pub(super) feed: Option<Arc<Feed>>,
    pub(super) detached: bool,
    /// Whoever starts it waits for it.
    pub(super) sync: bool,
    pub(super) group: Option<GroupLimits>,
}

/// Reads `(port, id, file, argv, env, cwd, numbers, input)`: argv and env are strings joined by NUL, input bytes or undefined.
pub(super) fn read(call: &Call) -> Result<Request, Failure> {
    let numbers: &[f64] = call.elements(6)?;
    let numbers: &[f64; NUMBERS] = numbers
        .try_into()
        .map_err(|_| Failure::internal("start: wrong count of numbers"))?;
    let flags = numbers[FLAGS] as u32;
    let stdio = stdio(numbers, flags & MERGE != 0);
    let cwd = call.string(5)?;
    let mut command = Command::new(call.string(2)?);
    command.argv = CStrings::from_packed(call.string(3)?);
    command.env = environment(flags & INHERIT_ENV != 0, &call.string(4)?);
    command.cwd = (!cwd.is_empty()).then(|| cwd.into_bytes());
    command.stdio = stdio;
    command.die_with_parent = flags & DIE_WITH_PARENT != 0;
    let bounds = GroupLimits {
        memory_bytes: (numbers[MEMORY] >= 0.0).then_some(numbers[MEMORY] as u64),
        processes: (numbers[PROCESSES] >= 0.0).then_some(numbers[PROCESSES] as u64),
    };
    command.warden = warden(flags);
    let group = group(flags, bounds).filter(|_| command.warden.is_some());
    // What no cgroup bounds is watched.
    let by_cgroup = group.is_some_and(|group| group.memory_bytes.is_some());
    let memory = bounds.memory_bytes.filter(|_| !by_cgroup);
    // Without a warden a tree is what stays in one process group.
    let leads = flags & GROUP != 0 && command.warden.is_none();
    command.session = leads || flags & DETACHED != 0;
    command.uid = natural(numbers[UID]);
    command.gid = natural(numbers[GID]);
    command.umask = natural(numbers[UMASK]);
    command.nice = (!numbers[NICE].is_nan()).then(|| numbers[NICE] as i32);
    command.limits = limits(&numbers[LIMITS..MEMORY]);
    let max_buffer = numbers[MAX_BUFFER] as usize; // saturates: Infinity is no limit
    Ok(Request {
        feed: feed(call, numbers[STDIN] as u32)?,
        limits: [1, 2].map(|at| (stdio[at] == Stdio::Pipe).then_some(max_buffer)),
        command,
        rules: Rules {
            timeout: milliseconds(numbers[TIMEOUT_MS]).filter(|timeout| !timeout.is_zero()),
            grace: milliseconds(numbers[GRACE_MS]),
            kill_signal: numbers[KILL_SIGNAL] as i32,
            force_signal: FORCE_SIGNAL,
            group: flags & GROUP != 0,
            on_overflow: match flags & (TRUNCATE | SPILL) {
                TRUNCATE => OnOverflow::Truncate,
                SPILL => OnOverflow::Spill,
                _ => OnOverflow::Kill,
            },
            memory,
        },
        detached: flags & DETACHED != 0,
        sync: flags & SYNC != 0,
        group,
    })
}

fn warden(flags: u32) -> Option<Warden> {
    if flags & (GROUP | DIE_WITH_PARENT) == 0 {
        return None;
    }
    let file = mechanisms::warden()?;
    Some(Warden { file, cgroup: None })
}

/// The cgroup that the tree is to have: for its limits, as far as they can be had, and for being killed as a whole.
fn group(flags: u32, bounds: GroupLimits) -> Option<GroupLimits> {
    let without_memory = GroupLimits {
        memory_bytes: None,
        ..bounds
    };
    let killed = flags & GROUP != 0;
    [bounds, without_memory]
        .into_iter()
        .find(|limits| mechanisms::can_bound(*limits))
        .filter(|limits| killed || *limits != GroupLimits::default())
}

fn stdio(numbers: &[f64; NUMBERS], merge: bool) -> [Stdio; 3] {
    let mut stdio = [STDIN, STDOUT, STDERR].map(|at| match numbers[at] as u32 {
        INHERIT => Stdio::Inherit,
        PIPE | GIVEN => Stdio::Pipe,
        FILE => Stdio::Descriptor(numbers[FILES + at - STDOUT] as i32),
        _ => Stdio::Null,
    });
    if merge {
        stdio[2] = Stdio::SameAs(1);
    }
    stdio
}

fn feed(call: &Call, stdin: u32) -> Result<Option<Arc<Feed>>, Failure> {
    if stdin != PIPE && stdin != GIVEN {
        return Ok(None);
    }
    let feed = Feed::new(FEED_BYTES);
    if stdin == GIVEN {
        feed.write(call.bytes(7)?.to_vec());
        feed.end();
    }
    Ok(Some(Arc::new(feed)))
}

fn limits(numbers: &[f64]) -> Vec<Limit> {
    let set = LIMIT_KINDS.into_iter().zip(numbers);
    set.filter(|(_, value)| **value >= 0.0)
        .map(|(kind, value)| Limit {
            kind,
            value: *value as u64,
        })
        .collect()
}

fn natural(number: f64) -> Option<u32> {
    (number >= 0.0).then_some(number as u32)
}

/// None for what no clock can hold.
fn milliseconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number / 1000.0).ok()
}
