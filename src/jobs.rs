//! Native jobs: work for the CPU threads whose result settles a promise of lib/internal/jobs.js.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use ironloop_core::inbox::Mailbox;
use napi::bindgen_prelude::{BufferSlice, Either3, Null};
use napi::{Env, Error, Result};
use napi_derive::napi;

use crate::{environment, threads};

/// What a job hands back.
pub(crate) enum JobValue {
    Bytes(Vec<u8>),
    Number(f64),
}

/// Why a job failed: an own code of the error table, and the message.
pub(crate) struct JobError {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

pub(crate) type JobResult = std::result::Result<JobValue, JobError>;

struct Done {
    id: u32,
    result: JobResult,
}

thread_local! {
    /// The mailboxes of this thread's environment, by port. An entry goes with its port's close hook or the thread.
    static MAILBOXES: RefCell<HashMap<u32, Arc<Mailbox<Done>>>> = RefCell::default();
}

/// Reports `job` as failed if it is dropped without an answer, so that a panic settles its promise too.
pub(crate) struct Reporter {
    mailbox: Arc<Mailbox<Done>>,
    id: u32,
    answered: bool,
}

impl Reporter {
    pub(crate) fn answer(mut self, result: JobResult) {
        self.answered = true;
        self.mailbox.post(Done {
            id: self.id,
            result,
        });
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        if !self.answered {
            let result = Err(JobError {
                code: "ERR_NATIVE_JOB_FAILED",
                message: "the job panicked".into(),
            });
            self.mailbox.post(Done {
                id: self.id,
                result,
            });
        }
    }
}

/// Queues `work` on the CPU threads; its result arrives at the jobs port `port` under `id`.
pub(crate) fn submit(
    port: u32,
    id: u32,
    work: impl FnOnce() -> JobResult + Send + 'static,
) -> Result<()> {
    let cpu = threads::cpu().map_err(|error| Error::from_reason(error.to_string()))?;
    let reporter = reporter(port, id)?;
    cpu.submit(move || reporter.answer(work()));
    Ok(())
}

/// Whoever holds it answers for job `id` of the jobs port `port`, from any thread.
pub(crate) fn reporter(port: u32, id: u32) -> Result<Reporter> {
    let mailbox = MAILBOXES.with_borrow(|mailboxes| mailboxes.get(&port).cloned());
    let mailbox = mailbox.ok_or_else(|| Error::from_reason("not an open jobs port"))?;
    Ok(Reporter {
        mailbox,
        id,
        answered: false,
    })
}

/// Makes `port` a jobs port.
#[napi]
pub fn jobs_open(port: u32) -> Result<()> {
    let bell = environment::port(port).ok_or_else(|| Error::from_reason("not an open port"))?;
    MAILBOXES.with_borrow_mut(|mailboxes| mailboxes.insert(port, Arc::new(Mailbox::new(bell))));
    Ok(())
}

/// A finished job: its id, and its value or an error's code and message.
#[napi(object, object_from_js = false)]
pub struct BindingJobDone<'env> {
    pub id: u32,
    pub value: Either3<BufferSlice<'env>, f64, Null>,
    pub code: Option<&'static str>,
    pub message: Option<String>,
}

/// The finished jobs of a jobs port, at most `max`.
#[napi]
pub fn jobs_take<'env>(env: &'env Env, port: u32, max: u32) -> Result<Vec<BindingJobDone<'env>>> {
    let mailbox = MAILBOXES.with_borrow(|mailboxes| mailboxes.get(&port).cloned());
    let done = mailbox
        .map(|mailbox| mailbox.take(max as usize))
        .unwrap_or_default();
    done.into_iter().map(|done| convert(env, done)).collect()
}

fn convert<'env>(env: &'env Env, done: Done) -> Result<BindingJobDone<'env>> {
    let (value, code, message) = match done.result {
        Ok(JobValue::Bytes(bytes)) => (Either3::A(BufferSlice::copy_from(env, bytes)?), None, None),
        Ok(JobValue::Number(number)) => (Either3::B(number), None, None),
        Err(error) => (Either3::C(Null), Some(error.code), Some(error.message)),
    };
    Ok(BindingJobDone {
        id: done.id,
        value,
        code,
        message,
    })
}

/// The smallest job: starts the CPU threads and answers, from one of them, how many they are.
#[napi]
pub fn count_cpu_threads(port: u32, id: u32) -> Result<()> {
    submit(port, id, || {
        let cpu = threads::cpu().map_err(|error| JobError {
            code: "ERR_NATIVE_JOB_FAILED",
            message: error.to_string(),
        })?;
        Ok(JobValue::Number(cpu.threads() as f64))
    })
}
