//! Native jobs of this module: their first two arguments are the jobs port and the job's number.

use crate::jobs::{self, JobError, JobResult};
use crate::raw::{Call, Failure, Outcome, Reply};

const FAILED: &str = "ERR_NATIVE_JOB_FAILED";

pub(super) fn submit(call: &Call, work: impl FnOnce() -> JobResult + Send + 'static) -> Outcome {
    jobs::submit(call.u32(0)?, call.u32(1)?, work)
        .map_err(|error| Failure::new(FAILED, error.reason.to_string()))?;
    Ok(Reply::Undefined)
}

pub(super) fn failed(message: &str) -> JobError {
    JobError {
        code: FAILED,
        message: message.into(),
    }
}
