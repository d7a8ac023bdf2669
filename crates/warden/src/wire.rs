//! What parent and warden tell each other: one message per packet of a SOCK_SEQPACKET pair.
//!
//! Both are built from the same source and run on the same machine, so the numbers are in its own byte order.

/// The warden's end of the pair.
pub const CONTROL: i32 = 3;

/// What the kernel sends the warden when the thread that started it ends: the last realtime signal, which nobody uses.
pub const PARENT_DIED: i32 = 64;

/// The warden's arguments before those of the program: its own name, [`Settings`], the cgroup's directory (or nothing),
/// the program's file.
pub const ARGUMENTS: usize = 4;

/// Numbers in [`Settings`].
pub const SETTINGS: usize = 8;

/// The warden's first argument: numbers joined by spaces, `-` for what is not asked for. The places of its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// 1: the tree dies with the parent.
    DieWithParent = 0,
    Nice,
    Uid,
    Gid,
    AddressSpaceBytes,
    CpuSeconds,
    FileSizeBytes,
    OpenFiles,
}

/// Why the program could not be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Starting the warden's child.
    Clone = 1,
    /// Its cgroup, its niceness, its limits.
    Attributes,
    /// Its groups, gid or uid.
    Identity,
    /// Finding or executing the program.
    Exec,
}

/// From the warden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// The program runs.
    Started { pid: u32 },
    /// It could not be started; the warden ends.
    Failed { step: Step, errno: i32 },
    /// The program has ended; others of its tree may not.
    Ended(Ended),
}

/// As wait4(2) has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub user_us: u64,
    pub system_us: u64,
    pub max_rss_bytes: u64,
}

/// Bytes of a report.
pub const REPORT: usize = 48;

/// To the warden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Signal the program, or with `tree` all that descends from it too.
    Signal { signal: u8, tree: bool },
    /// Kill the whole tree, and whatever of it shows up later, until nothing is left.
    End,
}

/// Bytes of an order.
pub const ORDER: usize = 4;

impl Order {
    #[must_use]
    pub fn encode(self) -> [u8; ORDER] {
        match self {
            Self::Signal { signal, tree } => [1, signal, tree as u8, 0],
            Self::End => [2, 0, 0, 0],
        }
    }

    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [1, signal, tree @ (0 | 1), 0] => Some(Self::Signal {
                signal,
                tree: tree == 1,
            }),
            [2, 0, 0, 0] => Some(Self::End),
            _ => None,
        }
    }
}

impl Report {
    #[must_use]
    pub fn encode(self) -> [u8; REPORT] {
        let words: [i64; REPORT / 8] = match self {
            Self::Started { pid } => [1, pid.into(), 0, 0, 0, 0],
            Self::Failed { step, errno } => [2, step as i64, errno.into(), 0, 0, 0],
            Self::Ended(ended) => [
                3,
                ended.code.map_or(-1, i64::from),
                ended.signal.map_or(0, i64::from),
                ended.user_us.cast_signed(),
                ended.system_us.cast_signed(),
                ended.max_rss_bytes.cast_signed(),
            ],
        };
        let mut bytes = [0; REPORT];
        for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
            place.copy_from_slice(&word.to_ne_bytes());
        }
        bytes
    }

    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; REPORT] = bytes.try_into().ok()?;
        let mut words = [0_i64; REPORT / 8];
        for (word, place) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = i64::from_ne_bytes(place.try_into().ok()?);
        }
        let [kind, first, second, user, system, rss] = words;
        match kind {
            1 => Some(Self::Started {
                pid: first.try_into().ok()?,
            }),
            2 => Some(Self::Failed {
                step: step(first)?,
                errno: second.try_into().ok()?,
            }),
            3 => Some(Self::Ended(Ended {
                code: i32::try_from(first).ok().filter(|code| *code >= 0),
                signal: i32::try_from(second).ok().filter(|signal| *signal > 0),
                user_us: user.cast_unsigned(),
                system_us: system.cast_unsigned(),
                max_rss_bytes: rss.cast_unsigned(),
            })),
            _ => None,
        }
    }
}

/// The step of a number.
#[must_use]
pub fn step(number: i64) -> Option<Step> {
    let all = [Step::Clone, Step::Attributes, Step::Identity, Step::Exec];
    all.into_iter().find(|step| *step as i64 == number)
}

#[cfg(test)]
mod tests {
    use super::{Ended, Order, Report, Step};

    #[test]
    fn what_is_written_is_read() {
        let ended = Ended {
            code: Some(7),
            signal: None,
            user_us: 1,
            system_us: u64::MAX,
            max_rss_bytes: 1 << 40,
        };
        let killed = Ended {
            code: None,
            signal: Some(9),
            ..ended
        };
        let failed = Report::Failed {
            step: Step::Exec,
            errno: 2,
        };
        let started = Report::Started { pid: 4_000_000 };
        for report in [started, failed, Report::Ended(ended), Report::Ended(killed)] {
            assert_eq!(Report::decode(&report.encode()), Some(report));
        }
        let signal = |tree| Order::Signal { signal: 15, tree };
        for order in [signal(true), signal(false), Order::End] {
            assert_eq!(Order::decode(&order.encode()), Some(order));
        }
    }

    #[test]
    fn what_nobody_wrote_is_refused() {
        assert_eq!(Report::decode(&[]), None);
        assert_eq!(Report::decode(&[9; super::REPORT]), None);
        assert_eq!(Order::decode(&[1, 2, 3, 4]), None);
        assert_eq!(Order::decode(&[1, 2, 1]), None);
    }
}
