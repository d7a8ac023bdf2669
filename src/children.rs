//! The children of spawn, exec, execFile and fork: Node's own ChildProcess over a handle of ours.
//!
//! A child is known by the port of its copy of lib/ and a number that lib/ gave it. It is cloned on the calling thread,
//! because its pid and a refusal are known when spawn() returns; its end comes as news of the port, and its status is
//! taken when lib/ hears of it, so that until then its pid is nobody else's.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod desk;
#[cfg(target_os = "linux")]
mod request;
#[cfg(target_os = "linux")]
mod turn;

use crate::raw::{self, Call, Function, Reply, function};

/// See lib/child_process/spawn/.
#[cfg(target_os = "linux")]
pub(crate) const RAW: &[Function] = &[
    function("supported", supported),
    function("open", calls::open),
    function("tellsInTime", calls::tells_in_time),
    function("spawn", calls::spawn),
    function("kill", calls::kill),
    function("takeExits", calls::take_exits),
    function("relinkRefused", raw::refused::relink_refused),
];

/// Elsewhere the handle is Node's own.
#[cfg(not(target_os = "linux"))]
pub(crate) const RAW: &[Function] = &[function("supported", supported)];

fn supported(_call: &Call) -> raw::Outcome {
    #[cfg(target_os = "linux")]
    let supported = ironloop_sys::process::has_pidfds();
    #[cfg(not(target_os = "linux"))]
    let supported = false;
    Ok(Reply::Bool(supported))
}
