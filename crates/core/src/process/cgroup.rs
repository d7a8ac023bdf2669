//! cgroup v2: where this process may make groups, and one group per tree (Documentation/admin-guide/cgroup-v2.rst).
//!
//! A group is killed as a whole, whatever its members do, and bounds their memory and their number together. Controllers
//! can be had below a cgroup that hands them on (`cgroup.subtree_control`), which one that holds processes itself may not;
//! so groups that need a controller are made beside our own cgroup. What a cgroup hands on is never changed.
//!
//! What is read and written goes through [`Files`], so that hierarchies that are not at hand can be tested.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The few things that are done to a cgroup file system.
pub trait Files {
    /// # Errors
    /// As the platform's.
    fn read(&self, path: &Path) -> io::Result<String>;
    /// # Errors
    /// As the platform's.
    fn write(&self, path: &Path, text: &str) -> io::Result<()>;
    /// # Errors
    /// As the platform's.
    fn make_directory(&self, path: &Path) -> io::Result<()>;
    /// # Errors
    /// As the platform's.
    fn remove_directory(&self, path: &Path) -> io::Result<()>;
}

/// The real ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealFiles;

impl Files for RealFiles {
    fn read(&self, path: &Path) -> io::Result<String> {
        std::fs::read_to_string(path)
    }

    fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        // Never creates a file: a control that is not there must not seem to be set.
        let mut file = std::fs::OpenOptions::new().write(true).open(path)?;
        io::Write::write_all(&mut file, text.as_bytes())
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }
}

/// What a group is to bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupLimits {
    pub memory_bytes: Option<u64>,
    pub processes: Option<u64>,
}

/// Where groups can be made.
#[derive(Clone, Debug)]
pub struct Cgroups<F> {
    files: F,
    /// That can be killed as a whole.
    plain: Option<PathBuf>,
    with_memory: Option<PathBuf>,
    with_processes: Option<PathBuf>,
    with_both: Option<PathBuf>,
}

/// One tree's group.
#[derive(Clone, Debug)]
pub struct Group<F> {
    files: F,
    directory: PathBuf,
}

/// Names of groups are this process's own.
static NEXT: AtomicU32 = AtomicU32::new(1);

impl<F: Files + Clone> Cgroups<F> {
    /// Looks where groups can be made, by making some.
    pub fn find(files: F) -> Self {
        let mut found = Self {
            files,
            plain: None,
            with_memory: None,
            with_processes: None,
            with_both: None,
        };
        let Some((mount, own)) = found.own() else {
            return found;
        };
        let beside = own.parent().filter(|parent| parent.starts_with(&mount));
        for base in [Some(own.as_path()), beside].into_iter().flatten() {
            found.consider(base);
        }
        found
    }

    /// Where the hierarchy is mounted, and our own cgroup in it.
    fn own(&self) -> Option<(PathBuf, PathBuf)> {
        let mounts = self.files.read(Path::new("/proc/self/mountinfo")).ok()?;
        let cgroups = self.files.read(Path::new("/proc/self/cgroup")).ok()?;
        let (root, mount) = mounts.lines().find_map(mounted)?;
        let path = cgroups.lines().find_map(|line| line.strip_prefix("0::"))?;
        // One from outside of our namespace cannot be reached.
        let inside = Path::new(path).strip_prefix(root).ok()?;
        if inside.components().any(|part| part.as_os_str() == "..") {
            return None;
        }
        Some((mount.into(), Path::new(mount).join(inside)))
    }

    fn consider(&mut self, base: &Path) {
        let Ok(probe) = self.make_in(base, GroupLimits::default()) else {
            return;
        };
        let has = |file: &str| self.files.read(&probe.directory.join(file)).is_ok();
        // cgroup.kill cannot be read; it is there where cgroup.events is and the kernel is 5.14.
        let killable = probe.kill().is_ok();
        let (memory, processes) = (has("memory.max"), has("pids.max"));
        probe.remove();
        if !killable {
            return;
        }
        let set = |place: &mut Option<PathBuf>, holds: bool| {
            if holds && place.is_none() {
                *place = Some(base.into());
            }
        };
        set(&mut self.plain, true);
        set(&mut self.with_memory, memory);
        set(&mut self.with_processes, processes);
        set(&mut self.with_both, memory && processes);
    }

    fn base(&self, limits: GroupLimits) -> Option<&Path> {
        let base = match (limits.memory_bytes, limits.processes) {
            (None, None) => &self.plain,
            (Some(_), None) => &self.with_memory,
            (None, Some(_)) => &self.with_processes,
            (Some(_), Some(_)) => &self.with_both,
        };
        base.as_deref()
    }

    /// Whether a group that bounds this can be had.
    #[must_use]
    pub fn can(&self, limits: GroupLimits) -> bool {
        self.base(limits).is_some()
    }

    /// Makes a group.
    ///
    /// # Errors
    /// When there is no place for one, or the kernel refuses it.
    pub fn make(&self, limits: GroupLimits) -> io::Result<Group<F>> {
        let base = self.base(limits).ok_or(io::ErrorKind::Unsupported)?;
        self.make_in(base, limits)
    }

    fn make_in(&self, base: &Path, limits: GroupLimits) -> io::Result<Group<F>> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let directory = base.join(format!("ironloop-{}-{number}", std::process::id()));
        self.files.make_directory(&directory)?;
        let group = Group {
            files: self.files.clone(),
            directory,
        };
        if let Err(error) = group.bound(limits) {
            group.remove();
            return Err(error);
        }
        Ok(group)
    }
}

impl<F: Files> Group<F> {
    /// Its directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn write(&self, file: &str, text: &str) -> io::Result<()> {
        self.files.write(&self.directory.join(file), text)
    }

    fn bound(&self, limits: GroupLimits) -> io::Result<()> {
        if let Some(bytes) = limits.memory_bytes {
            self.write("memory.max", &bytes.to_string())?;
            // Not everywhere: else it would live on in swap, or lose some of its processes only.
            let _ = self.write("memory.swap.max", "0");
            let _ = self.write("memory.oom.group", "1");
        }
        if let Some(count) = limits.processes {
            self.write("pids.max", &count.to_string())?;
        }
        Ok(())
    }

    /// Kills all of it at once.
    ///
    /// # Errors
    /// Where the kernel is older than 5.14.
    pub fn kill(&self) -> io::Result<()> {
        self.write("cgroup.kill", "1")
    }

    /// Whether the kernel killed something in it for want of memory.
    #[must_use]
    pub fn ran_out_of_memory(&self) -> bool {
        let events = self.files.read(&self.directory.join("memory.events"));
        let events = events.unwrap_or_default();
        let mut counts = events.lines().filter_map(|line| line.split_once(' '));
        counts.any(|(name, count)| name == "oom_kill" && count != "0")
    }

    /// Removes it. One that still has somebody in it stays.
    pub fn remove(&self) {
        let _ = self.files.remove_directory(&self.directory);
    }
}

/// The root and the mount point of a line of mountinfo that is cgroup v2.
fn mounted(line: &str) -> Option<(&str, &str)> {
    let (about, kind) = line.split_once(" - ")?;
    if !kind.starts_with("cgroup2 ") {
        return None;
    }
    let mut words = about.split(' ').skip(3);
    Some((words.next()?, words.next()?))
}

#[cfg(test)]
mod tests {
    use super::{Cgroups, Files, GroupLimits};
    use std::collections::BTreeMap;
    use std::io;
    use std::path::{Path, PathBuf};
    use std::sync::{Arc, Mutex};

    const MOUNT: &str = "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";

    /// A hierarchy in memory: directories with what they hand on, files that a kernel makes in new directories.
    #[derive(Clone, Default)]
    struct Fake(Arc<Mutex<State>>);

    #[derive(Default)]
    struct State {
        files: BTreeMap<PathBuf, String>,
        writable: Vec<PathBuf>,
        kills: bool,
    }

    impl Fake {
        fn new(own: &str, writable: &[&str], handed_on: &[(&str, &str)]) -> Self {
            let fake = Self::default();
            let mut state = fake.0.lock().expect("no panic");
            state.kills = true;
            state.writable = writable.iter().map(PathBuf::from).collect();
            let line = format!("1:name=systemd:/\n0::{own}\n");
            for (file, text) in [("mountinfo", MOUNT), ("cgroup", line.as_str())] {
                let path = Path::new("/proc/self").join(file);
                state.files.insert(path, text.into());
            }
            for (directory, controllers) in handed_on {
                let path = Path::new(directory).join("cgroup.subtree_control");
                state.files.insert(path, (*controllers).into());
            }
            drop(state);
            fake
        }

        fn text(&self, path: &Path) -> Option<String> {
            self.0.lock().expect("no panic").files.get(path).cloned()
        }

        fn groups(&self) -> usize {
            let state = self.0.lock().expect("no panic");
            let directories = state
                .files
                .keys()
                .filter(|path| path.ends_with("cgroup.procs"));
            directories.count()
        }
    }

    impl Files for Fake {
        fn read(&self, path: &Path) -> io::Result<String> {
            self.text(path).ok_or(io::ErrorKind::NotFound.into())
        }

        fn write(&self, path: &Path, text: &str) -> io::Result<()> {
            let mut state = self.0.lock().expect("no panic");
            if path.ends_with("cgroup.kill") && !state.kills {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            let place = state.files.get_mut(path);
            *place.ok_or(io::ErrorKind::NotFound)? = text.into();
            Ok(())
        }

        fn make_directory(&self, path: &Path) -> io::Result<()> {
            let mut state = self.0.lock().expect("no panic");
            let base = path.parent().expect("a base").to_path_buf();
            if !state.writable.contains(&base) {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            let handed_on = state.files.get(&base.join("cgroup.subtree_control"));
            let handed_on = handed_on.cloned().unwrap_or_default();
            let mut made = vec!["cgroup.procs", "cgroup.kill"];
            if handed_on.contains("memory") {
                made.extend(["memory.max", "memory.oom.group", "memory.events"]);
            }
            if handed_on.contains("pids") {
                made.push("pids.max");
            }
            for file in made {
                state.files.insert(path.join(file), String::new());
            }
            Ok(())
        }

        fn remove_directory(&self, path: &Path) -> io::Result<()> {
            let mut state = self.0.lock().expect("no panic");
            state.files.retain(|file, _| !file.starts_with(path));
            Ok(())
        }
    }

    const OWN: &str = "/sys/fs/cgroup/user/app";
    const BESIDE: &str = "/sys/fs/cgroup/user";
    const MEMORY: GroupLimits = GroupLimits {
        memory_bytes: Some(1000),
        processes: None,
    };
    const BOTH: GroupLimits = GroupLimits {
        memory_bytes: Some(1000),
        processes: Some(3),
    };
    const PLAIN: GroupLimits = GroupLimits {
        memory_bytes: None,
        processes: None,
    };

    #[test]
    fn groups_are_made_below_our_own_and_bounded_beside_it() {
        let fake = Fake::new("/user/app", &[OWN, BESIDE], &[(BESIDE, "memory pids")]);
        let cgroups = Cgroups::find(fake.clone());
        assert_eq!(fake.groups(), 0, "the probes are gone");
        let plain = cgroups.make(PLAIN).expect("a group");
        assert!(plain.directory().starts_with(OWN));
        let bounded = cgroups.make(BOTH).expect("a group");
        assert_eq!(bounded.directory().parent(), Some(Path::new(BESIDE)));
        let text = |file: &str| fake.text(&bounded.directory().join(file));
        assert_eq!(text("memory.max").as_deref(), Some("1000"));
        assert_eq!(text("memory.oom.group").as_deref(), Some("1"));
        assert_eq!(text("pids.max").as_deref(), Some("3"));
        bounded.kill().expect("it can be killed");
        assert_eq!(text("cgroup.kill").as_deref(), Some("1"));
        for group in [plain, bounded] {
            group.remove();
        }
        assert_eq!(fake.groups(), 0);
    }

    #[test]
    fn what_is_not_handed_on_cannot_be_bounded() {
        let fake = Fake::new("/user/app", &[OWN], &[(OWN, "pids"), (BESIDE, "memory")]);
        let cgroups = Cgroups::find(fake);
        assert!(cgroups.can(PLAIN));
        assert!(!cgroups.can(MEMORY) && !cgroups.can(BOTH));
        assert!(cgroups.make(MEMORY).is_err());
    }

    #[test]
    fn no_group_where_nothing_is_writable_or_groups_cannot_be_killed() {
        let cgroups = Cgroups::find(Fake::new("/user/app", &[], &[]));
        assert!(!cgroups.can(PLAIN));
        let old = Fake::new("/user/app", &[OWN], &[]);
        old.0.lock().expect("no panic").kills = false;
        assert!(!Cgroups::find(old.clone()).can(PLAIN));
        assert_eq!(old.groups(), 0);
        assert!(!Cgroups::find(Fake::new("/../app", &["/sys/fs/app"], &[])).can(PLAIN));
        assert!(!Cgroups::find(Fake::default()).can(PLAIN));
    }

    #[test]
    fn the_kernels_count_of_the_killed_is_read() {
        let fake = Fake::new("/user/app", &[OWN], &[(OWN, "memory")]);
        let group = Cgroups::find(fake.clone()).make(MEMORY).expect("a group");
        assert!(!group.ran_out_of_memory());
        let events = group.directory().join("memory.events");
        fake.write(&events, "low 0\noom 1\noom_kill 0\n")
            .expect("a file");
        assert!(!group.ran_out_of_memory());
        fake.write(&events, "low 0\noom 1\noom_kill 2\n")
            .expect("a file");
        assert!(group.ran_out_of_memory());
    }
}
