//! A process and its descendants, by /proc/PID/task/TID/children; each held by a pidfd, so that it stays itself.

use std::collections::HashMap;
use std::fs;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Bytes of a page as statm counts them.
fn page_bytes() -> u64 {
    // SAFETY: asks for a constant.
    u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

/// What a process has started and what that has; what left it for another parent is not in it.
#[derive(Debug)]
pub struct ProcessTree {
    members: HashMap<u32, OwnedFd>,
}

impl ProcessTree {
    /// The tree below and with `root`; None where there is no such process.
    #[must_use]
    pub fn of(root: u32) -> Option<Self> {
        let members = HashMap::from([(root, open(root)?)]);
        let mut tree = Self { members };
        tree.grow();
        Some(tree)
    }

    /// Looks for children of members that are new.
    pub fn grow(&mut self) {
        let mut left: Vec<u32> = self.members.keys().copied().collect();
        while let Some(parent) = left.pop() {
            for pid in children(parent) {
                if self.members.contains_key(&pid) {
                    continue;
                }
                // Opened first, looked at again then: a number that has changed hands is another's child.
                if let Some(pidfd) = open(pid).filter(|_| parent_of(pid) == Some(parent)) {
                    self.members.insert(pid, pidfd);
                    left.push(pid);
                }
            }
        }
    }

    /// Signals all members; how many got it.
    pub fn signal(&self, signal: i32) -> usize {
        let got = self.members.values().filter(|pidfd| send(pidfd, signal));
        got.count()
    }

    /// Forgets those that have ended; true if none is left.
    pub fn is_gone(&mut self) -> bool {
        self.members.retain(|_, pidfd| !has_ended(pidfd));
        self.members.is_empty()
    }

    /// The resident set of `root` and of all below it, in bytes, or with `below_only` without its own.
    #[must_use]
    pub fn resident_bytes(root: u32, below_only: bool) -> u64 {
        let mut pages = if below_only { 0 } else { resident_pages(root) };
        let mut left = children(root);
        while let Some(pid) = left.pop() {
            pages += resident_pages(pid);
            left.extend(children(pid));
        }
        pages * page_bytes()
    }
}

fn open(pid: u32) -> Option<OwnedFd> {
    // SAFETY: numbers only.
    let pidfd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    let pidfd = i32::try_from(pidfd).ok().filter(|pidfd| *pidfd >= 0)?;
    // SAFETY: the kernel just created this descriptor for us, close-on-exec.
    Some(unsafe { OwnedFd::from_raw_fd(pidfd) })
}

fn send(pidfd: &OwnedFd, signal: i32) -> bool {
    let fd = pidfd.as_raw_fd();
    // SAFETY: our own pidfd, no siginfo, no flags.
    unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, signal, 0_usize, 0) == 0 }
}

fn has_ended(pidfd: &OwnedFd) -> bool {
    let mut poll = libc::pollfd {
        fd: pidfd.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: one pollfd, valid for the call, which does not wait.
    unsafe { libc::poll(&mut poll, 1, 0) == 1 }
}

fn children(pid: u32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    let lists = threads
        .flatten()
        .map(|thread| thread.path().join("children"));
    lists
        .filter_map(|list| fs::read_to_string(list).ok())
        .flat_map(|list| {
            let pids = list.split_ascii_whitespace().map(str::parse);
            pids.filter_map(Result::ok).collect::<Vec<u32>>()
        })
        .collect()
}

/// The name, in parentheses, may hold anything; the state and the parent follow it.
fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let name_end = stat.iter().rposition(|byte| *byte == b')')?;
    let rest = std::str::from_utf8(stat.get(name_end + 2..)?).ok()?;
    rest.split(' ').nth(1)?.parse().ok()
}

fn resident_pages(pid: u32) -> u64 {
    let statm = fs::read_to_string(format!("/proc/{pid}/statm")).unwrap_or_default();
    let resident = statm.split(' ').nth(1).and_then(|word| word.parse().ok());
    resident.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::ProcessTree;
    use std::io::Read;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    #[test]
    fn a_tree_is_found_measured_signalled_and_gone() {
        let mut shell = Command::new("sh")
            .args(["-c", "sh -c 'echo; sleep 100' & wait"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut newline = [0];
        let output = shell.stdout.as_mut().expect("its output");
        output.read_exact(&mut newline).expect("it has begun");
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut tree = ProcessTree::of(shell.id()).expect("it is there");
        while tree.members.len() < 3 && Instant::now() < deadline {
            tree.grow();
        }
        assert_eq!(tree.members.len(), 3);
        let all = ProcessTree::resident_bytes(shell.id(), false);
        let below = ProcessTree::resident_bytes(shell.id(), true);
        assert!(below > 0 && all > below, "{all} {below}");
        assert!(!tree.is_gone());
        // In no order: who is hit late may have ended, and been waited for, with those below it.
        assert!(tree.signal(libc::SIGKILL) >= 1);
        while !tree.is_gone() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(tree.is_gone());
        shell.wait().expect("its status");
        assert!(ProcessTree::of(u32::MAX >> 2).is_none());
    }
}
