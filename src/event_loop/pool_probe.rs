//! How long work waits for a thread of libuv's pool: a work item that does nothing tells it.

use ironloop_sys::clock;
use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Result, Task};
use napi_derive::napi;

pub struct Probe {
    queued: u64,
}

impl Task for Probe {
    type Output = u64;
    type JsValue = f64;

    fn compute(&mut self) -> Result<u64> {
        Ok(clock::now().saturating_sub(self.queued))
    }

    fn resolve(&mut self, _env: Env, waited: u64) -> Result<f64> {
        Ok(super::milliseconds(waited))
    }
}

/// Milliseconds that a work item has waited for a thread of the pool.
#[napi]
pub fn loop_probe_pool() -> AsyncTask<Probe> {
    AsyncTask::new(Probe {
        queued: clock::now(),
    })
}
