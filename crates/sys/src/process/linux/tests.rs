//! What only this platform has: descriptors of the caller's choice, and one set that tells of all ends.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use super::{Descriptor, Ends, Exits, ProcessHandle, Spawner, Use, has_pidfds};
use crate::process::{Command, Exit, Handle, Starter, Step};

fn sh(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.argv = ["sh", "-c", script].into_iter().collect();
    command.env = ["PATH=/usr/bin:/bin"].into_iter().collect();
    command
}

fn spawn(script: &str, descriptors: &[Descriptor]) -> ProcessHandle {
    let mut spawner = Spawner::new().expect("a stack");
    spawner
        .spawn_with(&sh(script), descriptors)
        .expect("a child")
}

fn wait(process: &ProcessHandle) -> Exit {
    loop {
        if let Some(exit) = process.try_reap().expect("a status") {
            return exit;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// A namespace whose first process has ended lets nobody be cloned into it for want of memory, as the kernel says it.
#[test]
fn no_memory_for_a_child_is_told() {
    let found = thread::spawn(|| {
        // SAFETY: changes only where children of this thread, which ends here, are cloned to.
        if unsafe { libc::unshare(libc::CLONE_NEWPID) } != 0 {
            return None; // who may not do this finds no such namespace
        }
        assert_eq!(wait(&spawn("exit 3", &[])).code, Some(3));
        let failed = Spawner::new().expect("a stack").spawn(&sh("exit 3"));
        let error = failed.expect_err("no child");
        Some((error.step, error.errno))
    });
    let found = found.join().expect("an answer");
    assert!(matches!(found, None | Some((Step::Clone, libc::ENOMEM))));
}

fn given(ends: &Ends) -> Descriptor {
    Descriptor::Given(ends.child.as_raw_fd())
}

#[test]
fn descriptors_are_placed_in_any_order_also_beyond_the_third() {
    assert!(has_pidfds());
    let ends = [Use::Read, Use::Write, Use::Write, Use::Both]
        .map(|by_child| Ends::open(by_child).expect("ends"));
    let [input, out, err, both] = &ends;
    let descriptors = [
        given(input),
        given(out),
        given(err),
        Descriptor::None,
        given(both),
    ];
    let script = "cat; echo err >&2; read line <&4; echo got $line >&4";
    let process = spawn(script, &descriptors);
    let [input, out, err, both] = ends.map(|ends| ends.parent);
    File::from(input).write_all(b"out").expect("room");
    let mut both = UnixStream::from(both);
    both.write_all(b"word\n").expect("room");
    assert_eq!(wait(&process).code, Some(0));
    let read = |end| {
        let mut text = String::new();
        File::from(end).read_to_string(&mut text).expect("text");
        text
    };
    assert_eq!((read(out), read(err)), ("out".into(), "err\n".into()));
    let mut answer = String::new();
    both.read_to_string(&mut answer).expect("text");
    assert_eq!(answer, "got word\n");
}

#[test]
fn a_shared_descriptor_that_is_not_there_is_refused() {
    let mut spawner = Spawner::new().expect("a stack");
    let refused = spawner.spawn_with(&sh(":"), &[Descriptor::Shared(9999)]);
    assert_eq!(refused.expect_err("no child").errno, libc::EBADF);
}

#[test]
fn each_end_is_told_of_once_also_one_from_before_the_child_was_added() {
    let exits = Exits::new().expect("a set");
    let early = spawn(":", &[Descriptor::Null; 3]);
    while !early.has_ended() {
        thread::sleep(Duration::from_millis(1));
    }
    let mut children = vec![early];
    children.extend((1..100).map(|_| spawn("sleep 0.01", &[Descriptor::Null; 3])));
    let sleeper = spawn("sleep 100", &[Descriptor::Null; 3]);
    for (key, child) in (0..).zip(&children) {
        exits.add(child, key).expect("watched");
    }
    exits.add(&sleeper, u64::MAX).expect("watched");
    let mut told = BTreeSet::new();
    while told.len() < children.len() {
        for key in exits.take() {
            assert!(told.insert(key) && key != u64::MAX);
        }
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(exits.take().count(), 0);
    sleeper.signal(libc::SIGKILL).expect("sent");
    children.push(sleeper);
    for child in &children {
        wait(child);
    }
}

#[test]
fn a_clone_for_want_of_memory_says_so_and_leaves_nothing() {
    // The kernel's answer where the first process of a pid namespace has ended; the namespace is this thread's alone.
    let refused = thread::spawn(|| {
        // SAFETY: numbers only; the thread ends with this test.
        if unsafe { libc::unshare(libc::CLONE_NEWPID) } != 0 {
            return None; // who may not make one cannot have this answer
        }
        assert_eq!(wait(&spawn(":", &[Descriptor::Null; 3])).code, Some(0));
        let mut spawner = Spawner::new().expect("a stack");
        let plain = spawner.spawn_with(&sh(":"), &[Descriptor::Null; 3]);
        let piped = spawner.spawn(&sh(":"));
        Some([plain.err(), piped.err()])
    });
    for error in refused.join().expect("the thread").into_iter().flatten() {
        let error = error.expect("no child");
        assert_eq!((error.step, error.errno), (Step::Clone, libc::ENOMEM));
    }
}
