//! What the child does between clone and exec, on borrowed memory.
//!
//! Invariant: nothing here allocates, locks, unwinds or writes memory that another thread of the parent reads: another
//! thread may hold any lock right now and would never get to release it from the child's point of view.

use std::ffi::{c_char, c_void};

use libc::c_int;

use super::plan::{Descriptor, Plan, Role, resource};
use super::syscall::{self as sys, Errno};
use crate::process::Step;

type Failure = (Step, Errno);

const STANDARD: c_int = 3; // how many standard descriptors there are
const EXIT_CODE: c_int = 127; // the shells' "could not be executed"

/// Runs on the child's own stack with every signal blocked; returns never.
pub(super) extern "C" fn main(plan: *mut c_void) -> c_int {
    // SAFETY: the spawner passes its Plan, which lives in its frame while the child borrows its memory.
    let plan: &mut Plan<'_> = unsafe { &mut *plan.cast() };
    let (step, errno) = match prepare(plan) {
        Ok(()) => (Step::Exec, execute(plan)),
        Err(failure) => failure,
    };
    plan.fail(step, errno);
    sys::exit(EXIT_CODE)
}

fn prepare(plan: &mut Plan<'_>) -> Result<(), Failure> {
    attributes(plan).map_err(|errno| (Step::Attributes, errno))?;
    place_descriptors(plan).map_err(|errno| (Step::Stdio, errno))?;
    // After that, for which a parent with many descriptors needs more than it may leave to its child.
    for limit in plan.limits {
        sys::set_limit(resource(limit.kind), limit.value)
            .map_err(|errno| (Step::Attributes, errno))?;
    }
    if let Some(cwd) = plan.cwd {
        // SAFETY: the plan's working directory ends with NUL.
        unsafe { sys::chdir(cwd.as_ptr().cast()) }.map_err(|errno| (Step::Chdir, errno))?;
    }
    identity(plan).map_err(|errno| (Step::Identity, errno))?;
    if let Some(signal) = plan.death_signal() {
        // After the identity, whose change clears it.
        sys::set_parent_death_signal(signal).map_err(|errno| (Step::Attributes, errno))?;
        if sys::parent_pid().unsigned_abs() != plan.parent {
            sys::exit(EXIT_CODE);
        }
    }
    // Before the mask: a handler of the parent's must not run in its memory on our stack.
    sys::reset_dispositions();
    sys::set_signal_mask(0);
    Ok(())
}

fn attributes(plan: &Plan<'_>) -> Result<(), Errno> {
    let command = plan.command;
    if command.session {
        sys::setsid()?;
    }
    if let Some(mask) = command.umask {
        sys::umask(mask);
    }
    if let Some(nice) = command.nice {
        sys::set_priority(nice)?;
    }
    Ok(())
}

/// Places the descriptors from 0 on.
fn place_descriptors(plan: &mut Plan<'_>) -> Result<(), Errno> {
    let end = plan.descriptors.len() as c_int;
    for ((to, descriptor), slot) in (0..).zip(plan.descriptors).zip(&mut plan.opened) {
        let opened = match *descriptor {
            Descriptor::None => continue,
            Descriptor::Shared(given) | Descriptor::Given(given) => given,
            // SAFETY: a literal C string.
            Descriptor::Null => unsafe { sys::open(c"/dev/null".as_ptr(), libc::O_RDWR) }?,
        };
        // What stands where another descriptor must go is moved out of the way first.
        let in_the_way = opened < end && opened != to;
        *slot = if in_the_way {
            sys::dup_above(opened, end)?
        } else {
            opened
        };
    }
    for ((to, descriptor), &opened) in (0..).zip(plan.descriptors).zip(&plan.opened) {
        if *descriptor == Descriptor::None {
            continue;
        }
        if opened == to {
            sys::keep_on_exec(to)?;
        } else {
            sys::dup2(opened, to)?;
        }
        if to < STANDARD && matches!(descriptor, Descriptor::Shared(_)) {
            sys::make_blocking(to);
        }
    }
    if plan.role != Role::DropIn {
        sys::close_on_exec_from(end);
    }
    Ok(())
}

fn identity(plan: &Plan<'_>) -> Result<(), Errno> {
    let (uid, gid) = (plan.command.uid, plan.command.gid);
    if uid.is_some() || gid.is_some() {
        sys::drop_groups();
    }
    if let Some(gid) = gid {
        sys::set_gid(gid)?;
    }
    if let Some(uid) = uid {
        sys::set_uid(uid)?;
    }
    Ok(())
}

/// execvp(3)'s rules: the first path that can be executed; EACCES only if none was found elsewhere; a file that is no
/// executable format goes to the shell.
fn execute(plan: &mut Plan<'_>) -> Errno {
    let mut refused = None;
    let mut last = libc::ENOENT;
    for index in 0..plan.paths().len() {
        let Some(path) = plan.paths().get(index).copied() else {
            break;
        };
        // SAFETY: the plan's pointers are C strings and null-terminated arrays of them.
        last = unsafe { sys::execve(path, plan.argv(), plan.envp()) };
        if last == libc::ENOEXEC {
            last = execute_script(plan, path);
        }
        match last {
            libc::EACCES => refused = Some(last),
            libc::ENOENT | libc::ENOTDIR | libc::ESTALE | libc::ENODEV | libc::ETIMEDOUT => {}
            _ => return last,
        }
    }
    refused.unwrap_or(last)
}

fn execute_script(plan: &mut Plan<'_>, path: *const c_char) -> Errno {
    let Some(shell) = plan.script.first().copied() else {
        return libc::ENOEXEC;
    };
    if let Some(slot) = plan.script.get_mut(1) {
        *slot = path;
    }
    // SAFETY: as above; the slot that was null holds a C string now and the array's last entry is null.
    unsafe { sys::execve(shell, plan.script.as_ptr(), plan.envp()) }
}
