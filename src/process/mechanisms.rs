//! Which mechanism keeps which promise: what the platform has, and what this machine lets us use of it.

use std::sync::OnceLock;

use ironloop_core::process::{Cgroups, GroupLimits, RealFiles};
use ironloop_sys::process::MECHANISMS;

use crate::raw::{self, Call, Reply};

struct Wanted {
    warden: Vec<u8>,
    cgroups: bool,
}

static WANTED: OnceLock<Wanted> = OnceLock::new();
static CGROUPS: OnceLock<Cgroups<RealFiles>> = OnceLock::new();

/// The path of the executable that is to stand between where whole trees must be reached, and whether it may put them
/// into cgroups; the first answer stands.
pub(super) fn use_warden(call: &Call) -> raw::Outcome {
    let (warden, cgroups) = (call.string(0)?.into_bytes(), call.bool(1)?);
    let _ = WANTED.set(Wanted { warden, cgroups });
    Ok(Reply::Undefined)
}

/// The path of the warden, if there is one.
pub(super) fn warden() -> Option<Vec<u8>> {
    WANTED.get().map(|wanted| wanted.warden.clone())
}

/// The cgroups that this process may make; looked for at the first use.
pub(super) fn cgroups() -> Option<&'static Cgroups<RealFiles>> {
    let wanted = WANTED.get().is_some_and(|wanted| wanted.cgroups);
    wanted.then(|| CGROUPS.get_or_init(|| Cgroups::find(RealFiles)))
}

/// Whether the kernel can bound this for a tree.
pub(super) fn can_bound(limits: GroupLimits) -> bool {
    cgroups().is_some_and(|cgroups| cgroups.can(limits))
}

/// The words of `capabilities()`, in the order of lib/child_process/capabilities.js.
pub(super) fn mechanisms(call: &Call) -> raw::Outcome {
    let plain = GroupLimits::default();
    let memory = GroupLimits {
        memory_bytes: Some(0),
        ..plain
    };
    let processes = GroupLimits {
        processes: Some(0),
        ..plain
    };
    let warden = warden().is_some();
    let best = |limits, otherwise| {
        if can_bound(limits) {
            "cgroup"
        } else {
            otherwise
        }
    };
    let words = [
        MECHANISMS.spawn,
        MECHANISMS.reap,
        best(
            plain,
            if warden {
                "warden"
            } else {
                MECHANISMS.kill_tree
            },
        ),
        if warden {
            "warden"
        } else {
            MECHANISMS.die_with_parent
        },
        MECHANISMS.limits,
        best(memory, MECHANISMS.memory_limit),
        best(processes, "none"),
    ];
    call.latin1(words.join(" ").as_bytes())
}
