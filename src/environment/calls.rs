//! What lib/ asks of the environment of its thread, beside ports and routers.

use napi_derive::napi;

use super::current;
use crate::raw::{self, Call, Reply};

pub(crate) const RAW: &[raw::Function] = &[
    raw::function("holdLoop", hold_loop),
    raw::function("setOwnContext", set_own_context),
];

/// (router, whether it has work pending that its user would wait for): while any has, the loop stays alive
fn hold_loop(call: &Call) -> raw::Outcome {
    if let Some(environment) = current() {
        let hold = call.bool(1)?;
        if let Some(router) = environment.routers.borrow_mut().get_mut(&call.u32(0)?) {
            router.holds_loop = hold;
        }
        environment.update_ref();
    }
    Ok(Reply::Undefined)
}

/// (port, whether): the port's calls happen in a context of its own, begun now in the caller's, or no longer
fn set_own_context(call: &Call) -> raw::Outcome {
    if let Some(environment) = current() {
        let port = call.u32(0)?;
        match call.bool(1)? {
            true => environment.contexts.begin(call, port)?,
            false => environment.contexts.end(port),
        }
    }
    Ok(Reply::Undefined)
}

/// 'uv-async', 'doorbell', or undefined before the first use.
#[napi]
pub fn wake_kind() -> Option<&'static str> {
    current().map(|environment| environment.wake.kind())
}

/// How many ports are open in this thread's environment; leak tests look at it.
#[napi]
pub fn count_ports() -> u32 {
    current().map_or(0, |environment| {
        u32::try_from(environment.owners.borrow().len()).unwrap_or(u32::MAX)
    })
}
