//! All that descends from the warden, by /proc/PID/task/TID/children.

use core::fmt::Write;

use super::syscall::{self as sys, Errno, Fd, Pid};
use super::text::Text;

/// Processes that a walk can hold; what is left over is found by the next one.
const MOST: usize = 1 << 16;

type Path = Text<64>;

/// Memory for walks.
pub(super) struct Walker {
    own: Pid,
    pids: &'static mut [i32],
    parents: &'static mut [i32],
}

impl Walker {
    pub(super) fn new() -> Result<Self, Errno> {
        Ok(Self {
            own: sys::own_pid(),
            pids: sys::numbers(MOST)?,
            parents: sys::numbers(MOST)?,
        })
    }

    /// Signals every process below the warden, parents first.
    pub(super) fn signal_all(&mut self, signal: i32) {
        let count = self.walk();
        for at in 0..count {
            let (Some(pid), Some(parent)) = (self.pids.get(at), self.parents.get(at)) else {
                break;
            };
            self.signal(*pid, *parent, signal);
        }
    }

    /// Breadth first: the list is its own queue.
    fn walk(&mut self) -> usize {
        let mut count = self.add_children(self.own, 0);
        let mut at = 0;
        while at < count {
            let Some(pid) = self.pids.get(at).copied() else {
                break;
            };
            count = self.add_children(pid, count);
            at += 1;
        }
        count
    }

    /// Appends the children of every thread of a process; answers the new count.
    fn add_children(&mut self, parent: Pid, mut count: usize) -> usize {
        let mut path = Path::new();
        let _ = write!(path, "/proc/{parent}/task");
        let Ok(tasks) = sys::open(path.as_c_str(), sys::O_RDONLY | sys::O_DIRECTORY) else {
            return count;
        };
        let mut entries = [0_u8; 2048];
        while let Ok(length @ 1..) = sys::directory_entries(tasks, &mut entries) {
            for thread in entries.get(..length).into_iter().flat_map(Names::of) {
                count = self.add_children_of(parent, thread, count);
            }
        }
        sys::close(tasks);
        count
    }

    fn add_children_of(&mut self, parent: Pid, thread: u32, mut count: usize) -> usize {
        let mut path = Path::new();
        let _ = write!(path, "/proc/{parent}/task/{thread}/children");
        let Ok(list) = sys::open(path.as_c_str(), sys::O_RDONLY) else {
            return count;
        };
        let mut pid = 0;
        let mut bytes = [0_u8; 512];
        while let Ok(length @ 1..) = sys::read(list, &mut bytes) {
            for byte in bytes.iter().take(length) {
                if byte.is_ascii_digit() {
                    pid = pid * 10 + Pid::from(byte - b'0');
                } else if pid != 0 {
                    count = self.add(pid, parent, count);
                    pid = 0;
                }
            }
        }
        sys::close(list);
        count
    }

    fn add(&mut self, pid: Pid, parent: Pid, count: usize) -> usize {
        let (Some(place), Some(above)) = (self.pids.get_mut(count), self.parents.get_mut(count))
        else {
            return count;
        };
        (*place, *above) = (pid, parent);
        count + 1
    }

    fn signal(&self, pid: Pid, parent: Pid, signal: i32) {
        if parent == self.own {
            // Nobody but us reaps our own child, so its number is its own.
            let _ = sys::kill(pid, signal);
            return;
        }
        let Ok(pidfd) = sys::pidfd_open(pid) else {
            return;
        };
        if is_child(pid, parent) || is_child(pid, self.own) {
            let _ = sys::pidfd_signal(pidfd, signal);
        }
        sys::close(pidfd);
    }
}

fn is_child(pid: Pid, parent: Pid) -> bool {
    let mut path = Path::new();
    let _ = write!(path, "/proc/{pid}/stat");
    let Ok(file) = sys::open(path.as_c_str(), sys::O_RDONLY) else {
        return false;
    };
    let found = parent_in(file);
    sys::close(file);
    found == Some(parent)
}

/// `PID (NAME) STATE PPID ...`; the name may hold anything, but is short.
fn parent_in(file: Fd) -> Option<Pid> {
    let mut bytes = [0_u8; 256];
    let length = sys::read(file, &mut bytes).ok()?;
    parent_of(bytes.get(..length)?)
}

fn parent_of(stat: &[u8]) -> Option<Pid> {
    let name_end = stat.iter().rposition(|byte| *byte == b')')?;
    let mut words = stat.get(name_end + 2..)?.split(|byte| *byte == b' ');
    let parent = super::text::number(words.nth(1)?)?;
    Pid::try_from(parent).ok()
}

/// The numeric names in linux_dirent64 records.
struct Names<'a> {
    records: &'a [u8],
}

impl<'a> Names<'a> {
    fn of(records: &'a [u8]) -> Self {
        Self { records }
    }
}

/// Where the length of a record and its name stand: after the inode and the offset, and after length and type.
const LENGTH_AT: usize = 16;
const NAME_AT: usize = 19;

impl Iterator for Names<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        loop {
            let length = self.records.get(LENGTH_AT..LENGTH_AT + 2)?;
            let length = usize::from(u16::from_ne_bytes(length.try_into().ok()?));
            let name = self.records.get(NAME_AT..length)?;
            self.records = self.records.get(length..)?;
            let end = name.iter().position(|byte| *byte == 0)?;
            let name = core::str::from_utf8(name.get(..end)?).ok()?;
            if let Ok(number) = name.parse() {
                return Some(number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Walker, parent_of};
    use std::process::{Command, Stdio};
    use std::string::String;
    use std::vec::Vec;
    use std::{io::Read, thread};

    #[test]
    fn a_parent_is_read_behind_any_name() {
        assert_eq!(parent_of(b"12 (a) b) S) R 345 6 7"), Some(345));
        assert_eq!(parent_of(b"12 (a"), None);
    }

    #[test]
    fn a_walk_finds_children_of_every_thread_and_their_children() {
        let start = || {
            let mut shell = Command::new("sh")
                .args(["-c", "sleep 100 & echo $!; exec sleep 100"])
                .stdout(Stdio::piped())
                .spawn()
                .expect("a shell");
            let mut said = [0; 32];
            let output = shell.stdout.as_mut().expect("its output");
            let length = output.read(&mut said).expect("what it said");
            let said = String::from_utf8_lossy(&said[..length]).into_owned();
            (shell, said.trim().parse::<i32>().expect("a pid"))
        };
        let mut children = std::vec![start(), thread::spawn(start).join().expect("a thread")];
        let mut walker = Walker::new().expect("memory");
        let count = walker.walk();
        let found: Vec<i32> = walker.pids[..count].to_vec();
        for (shell, grandchild) in &mut children {
            assert!(found.contains(&(shell.id() as i32)));
            assert!(found.contains(grandchild));
            let at = found.iter().position(|pid| pid == grandchild).expect("it");
            assert_eq!(walker.parents[at], shell.id() as i32);
            walker.signal(*grandchild, walker.parents[at], 9);
            let _ = shell.kill();
            let _ = shell.wait();
        }
    }
}
