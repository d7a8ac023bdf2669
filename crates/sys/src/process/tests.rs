//! Real processes, by every implementation that this platform has.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use super::{
    CStrings, Child, Command, Exit, Handle, Limit, LimitKind, Reader, Spawner, Starter, Stdio, Step,
};

fn sh(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.argv = ["sh", "-c", script].into_iter().collect();
    command.env = ["PATH=/usr/bin:/bin"].into_iter().collect();
    command
}

fn spawn(command: &Command) -> Child {
    loop {
        match Spawner::new().expect("a stack").spawn(command) {
            Ok(child) => return child,
            // A script that a test has just written is still open in a child that another test is starting.
            Err(error) if error.errno == libc::ETXTBSY => thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    }
}

fn fail(command: &Command) -> (Step, i32) {
    let failed = Spawner::new().expect("a stack").spawn(command);
    let error = failed.expect_err("no child");
    (error.step, error.errno)
}

fn wait(child: &Child) -> Exit {
    loop {
        if let Some(exit) = child.process.try_reap().expect("a status") {
            return exit;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

fn read_all(reader: &Reader) -> String {
    let mut bytes = Vec::new();
    loop {
        match reader.read(&mut bytes, 4096) {
            Ok(0) => return String::from_utf8(bytes).expect("text"),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(1));
            }
            Err(error) => panic!("{error}"),
        }
    }
}

fn output(mut command: Command) -> String {
    command.stdio[1] = Stdio::Pipe;
    let child = spawn(&command);
    let text = read_all(child.stdout.as_ref().expect("a pipe"));
    assert_eq!(wait(&child).code, Some(0), "{text}");
    text
}

/// A directory of this test's own, gone with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ironloop-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    fn file(&self, name: &str, text: &str, mode: u32) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode");
        path.to_str().expect("text").to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn exit_codes_and_signals_are_told_apart() {
    let exit = wait(&spawn(&sh("exit 7")));
    assert_eq!((exit.code, exit.signal), (Some(7), None));
    let exit = wait(&spawn(&sh("kill -TERM $$")));
    assert_eq!((exit.code, exit.signal), (None, Some(libc::SIGTERM)));
}

#[test]
fn a_child_is_signalled_until_it_is_reaped() {
    let child = spawn(&sh("exec sleep 100"));
    assert_eq!(child.process.try_reap().expect("no error"), None);
    child.process.signal(0).expect("it is there");
    child.process.signal(libc::SIGKILL).expect("sent");
    assert_eq!(wait(&child).signal, Some(libc::SIGKILL));
    let late = child.process.signal(libc::SIGKILL).expect_err("gone");
    assert_eq!(late.raw_os_error(), Some(libc::ESRCH));
}

#[test]
fn a_session_is_signalled_as_a_group() {
    let mut command = sh("sleep 100 & echo started; wait");
    command.session = true;
    command.stdio[1] = Stdio::Pipe;
    let child = spawn(&command);
    let reader = child.stdout.as_ref().expect("a pipe");
    let mut bytes = Vec::new();
    while reader.read(&mut bytes, 100).is_err() {
        thread::sleep(Duration::from_millis(1));
    }
    child.process.signal_group(libc::SIGKILL).expect("sent");
    assert_eq!(
        read_all(reader),
        "",
        "the end comes once the grandchild let go of the pipe"
    );
    assert_eq!(wait(&child).signal, Some(libc::SIGKILL));
    child.process.signal_group(libc::SIGKILL).expect_err("gone");
}

#[test]
fn the_three_descriptors_are_placed() {
    let mut command = sh("read line; echo out $line; echo err >&2");
    command.stdio = [Stdio::Pipe; 3];
    let mut child = spawn(&command);
    let stdin = child.stdin.take().expect("a pipe");
    assert_eq!(stdin.write(b"in\n").expect("room"), 3);
    assert_eq!(read_all(child.stdout.as_ref().expect("a pipe")), "out in\n");
    assert_eq!(read_all(child.stderr.as_ref().expect("a pipe")), "err\n");
    wait(&child);
}

#[test]
fn one_pipe_can_be_two_descriptors() {
    let mut command = sh("echo a; echo b >&2; echo c");
    command.stdio[2] = Stdio::SameAs(1);
    assert_eq!(output(command), "a\nb\nc\n");
}

#[test]
fn environment_and_arguments_arrive_as_they_are() {
    let mut command = sh("printf '%s|' \"$A\" \"$@\"; env | grep -c '^B='");
    let mut argv: CStrings = command.argv.clone();
    for argument in ["name", "one two", "", "$HOME"] {
        argv.push(&[argument.as_bytes()]);
    }
    command.argv = argv;
    command.env.push(&[b"A=", b"x=y"]);
    command.env.push(&[b"B="]);
    assert_eq!(output(command), "x=y|one two||$HOME|1\n");
}

#[test]
fn the_search_follows_the_path_of_the_child() {
    let scratch = Scratch::new("search");
    scratch.file("tool", "#!/bin/sh\necho found\n", 0o755);
    let mut command = Command::new("tool");
    command.env.push(&[
        b"PATH=/nonexistent:",
        scratch.0.to_str().expect("text").as_bytes(),
    ]);
    assert_eq!(output(command.clone()), "found\n");
    command.env = ["PATH=/nonexistent:"].into_iter().collect();
    assert_eq!(fail(&command), (Step::Exec, libc::ENOENT));
    command.cwd = Some(scratch.0.to_str().expect("text").into());
    assert_eq!(
        output(command),
        "found\n",
        "an empty directory is the child's own"
    );
}

#[test]
fn a_failure_says_which_step_and_why() {
    let scratch = Scratch::new("failure");
    assert_eq!(
        fail(&Command::new("/nonexistent")),
        (Step::Exec, libc::ENOENT)
    );
    assert_eq!(fail(&Command::new("")), (Step::Exec, libc::ENOENT));
    let plain = scratch.file("plain", "text", 0o644);
    assert_eq!(fail(&Command::new(plain)), (Step::Exec, libc::EACCES));
    let mut command = sh("");
    command.cwd = Some("/nonexistent".into());
    assert_eq!(fail(&command), (Step::Chdir, libc::ENOENT));
    command.cwd = Some("a\0b".into());
    assert_eq!(fail(&command), (Step::Prepare, libc::EINVAL));
    let mut command = sh("");
    command.env.push(&[b"A=", &vec![b'x'; 8 << 20]]);
    assert_eq!(fail(&command), (Step::Exec, libc::E2BIG));
}

/// Spawning goes through one thread; its failures must not use up anything.
#[test]
#[cfg(target_os = "linux")]
fn failures_leave_no_zombie_and_no_descriptor() {
    let mut spawner = Spawner::new().expect("a stack");
    let mut command = Command::new("/nonexistent");
    command.stdio = [Stdio::Pipe; 3];
    let zombies = || {
        let children = fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
        children.split_whitespace().count()
    };
    let before = zombies();
    for _ in 0..200 {
        spawner.spawn(&command).expect_err("no child");
    }
    assert_eq!(zombies(), before);
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_without_a_format_is_a_shell_script() {
    let scratch = Scratch::new("script");
    let script = scratch.file("script", "echo script $0 $1\n", 0o755);
    let mut command = Command::new(script.clone());
    command.argv = ["name", "argument"].into_iter().collect();
    assert_eq!(output(command), format!("script {script} argument\n"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_child_starts_with_default_signals_and_no_stray_descriptor() {
    // This test's process ignores SIGPIPE, as Node does, and this thread blocks everything, as ours do.
    let leaked = fs::File::open("/dev/null").expect("a file");
    let number = std::os::fd::AsRawFd::as_raw_fd(&leaked);
    // SAFETY: plain fcntl on a descriptor of ours.
    unsafe { libc::fcntl(number, libc::F_SETFD, 0) };
    crate::thread::block_signals();
    let text = output(sh(
        "grep -E '^Sig(Blk|Ign)' /proc/self/status; ls /proc/self/fd | wc -l",
    ));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "SigBlk:\t0000000000000000");
    assert_eq!(lines[1], "SigIgn:\t0000000000000000");
    assert_eq!(lines[2], "4", "0, 1, 2 and the listing's own: {text}");
}

#[test]
#[cfg(target_os = "linux")]
fn attributes_are_set() {
    let mut command =
        sh("umask; ulimit -n; ps -o ni= -p $$ 2>/dev/null || nice; cut -d' ' -f6 /proc/$$/stat");
    command.umask = Some(0o27);
    command.nice = Some(5);
    command.session = true;
    command.limits = vec![Limit {
        kind: LimitKind::OpenFiles,
        value: 77,
    }];
    command.stdio[1] = Stdio::Pipe;
    let child = spawn(&command);
    let text = read_all(child.stdout.as_ref().expect("a pipe"));
    wait(&child);
    let words: Vec<&str> = text.split_whitespace().collect();
    let session = child.process.pid().to_string();
    assert_eq!(words, ["0027", "77", "5", &session]);
}

#[test]
#[cfg(target_os = "linux")]
fn another_user_leaves_the_process_dumpable() {
    // SAFETY: no arguments.
    if unsafe { libc::geteuid() } != 0 {
        return;
    }
    let mut command = sh("id -u; id -g; id -G");
    (command.uid, command.gid) = (Some(65534), Some(65533));
    assert_eq!(output(command), "65534\n65533\n65533\n");
    // SAFETY: no further arguments.
    assert_eq!(unsafe { libc::prctl(libc::PR_GET_DUMPABLE, 0, 0, 0, 0) }, 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_resident_set_is_told_only_where_it_is_the_childs() {
    let ballast = vec![1_u8; 64 << 20];
    assert_eq!(wait(&spawn(&sh(":"))).max_rss_bytes, None);
    // What this process ever had counts, also in other tests.
    let size = super::linux::syscall::own_max_rss() + (200 << 20);
    let hungry = format!("head -c {size} /dev/zero | tail -c {size} >/dev/null");
    let bytes = wait(&spawn(&sh(&hungry)))
        .max_rss_bytes
        .expect("more than ours");
    assert!(bytes > 100 << 20, "{bytes} {}", ballast.len());
}

#[test]
#[cfg(target_os = "linux")]
fn posix_spawn_gives_the_same() {
    use super::posix;
    use std::sync::mpsc;

    let mut spawner = posix::Spawner::new().expect("always");
    let mut command = sh("read line; echo out $line; echo err >&2; exit 3");
    command.stdio = [Stdio::Pipe, Stdio::Pipe, Stdio::SameAs(1)];
    let mut child = spawner.spawn(&command).expect("a child");
    let (sender, receiver) = mpsc::channel();
    child
        .process
        .on_exit(move || sender.send(()).expect("the test listens"))
        .expect("a thread");
    assert_eq!(child.process.try_reap().expect("no error"), None);
    child.process.signal(0).expect("it is there");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write(b"in\n")
        .expect("room");
    assert_eq!(
        read_all(child.stdout.as_ref().expect("a pipe")),
        "out in\nerr\n"
    );
    receiver.recv().expect("told");
    let exit = child.process.try_reap().expect("no error").expect("ended");
    assert_eq!((exit.code, exit.signal), (Some(3), None));
    child.process.signal_group(libc::SIGKILL).expect_err("gone");

    let mut command = sh("sleep 100 & wait");
    command.session = true;
    let child = spawner.spawn(&command).expect("a child");
    assert!(child.process.pid() > 1 && child.stderr.is_none());
    child.process.signal_group(libc::SIGKILL).expect("sent");
    while child.process.try_reap().expect("no error").is_none() {}

    command.cwd = Some("/nonexistent".into());
    let error = spawner.spawn(&command).expect_err("no child");
    assert_eq!((error.step, error.errno), (Step::Chdir, libc::ENOENT));
    command.umask = Some(0);
    let error = spawner.spawn(&command).expect_err("refused");
    assert_eq!(error.step, Step::Attributes);
    assert_eq!(posix::MECHANISMS.reap, "thread");
}
