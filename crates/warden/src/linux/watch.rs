//! The warden's life after its beginning: orders from the parent, exits from below, until nothing is left below.

use super::child::Program;
use super::post::{Came, Post};
use super::settings::Settings;
use super::syscall::{self as sys, Errno, Fd, Pid, Polled, Usage, Waited};
use super::text::{PATH_BYTES, Text};
use super::tree::Walker;
use super::{MISUSED, exit};
use crate::wire::{Ended, Order, PARENT_DIED, Report};

/// Until the dying are looked for again.
const AGAIN_MS: i64 = 5;
/// How often a cgroup that is still busy with its dead is tried to be removed.
const REMOVALS: u32 = 100;
/// How a shell reports a signal.
const SIGNALLED: i32 = 128;

struct Warden<'a> {
    settings: &'a Settings,
    post: Post,
    signals: Fd,
    walker: Walker,
    /// The program, until it has ended.
    program: Option<Pid>,
    code: i32,
    /// All of it is to end at once.
    doomed: bool,
}

pub(super) fn run(settings: &Settings, program: Program) -> ! {
    let Ok((post, signals, walker)) = prepare() else {
        exit(MISUSED);
    };
    let started = program.start(settings);
    let (report, code) = match started {
        Ok(pid) => (
            Report::Started {
                pid: pid.cast_unsigned(),
            },
            0,
        ),
        Err((step, errno)) => (Report::Failed { step, errno }, MISUSED),
    };
    let mut warden = Warden {
        settings,
        post,
        signals,
        walker,
        program: started.ok(),
        code,
        doomed: started.is_err(),
    };
    let_go_of_stdio();
    if started.is_err() {
        // Its descriptors and its process are gone before anybody hears of it.
        while !warden.reap() {}
        warden.remove_cgroup();
    }
    warden.post.report(report);
    warden.live();
    warden.remove_cgroup();
    exit(warden.code)
}

fn prepare() -> Result<(Post, Fd, Walker), Errno> {
    let post = Post::take()?;
    sys::become_subreaper()?;
    // Whatever is sent to the terminal's group reaches the program itself; it is not ours to die of.
    sys::set_signal_mask(u64::MAX);
    Ok((post, sys::signal_descriptor(u64::MAX)?, Walker::new()?))
}

/// Whoever reads the program's output must see its end when the program lets go of it.
fn let_go_of_stdio() {
    let null = sys::open(c"/dev/null", sys::O_RDWR);
    for fd in 0..3 {
        match null {
            Ok(null) => drop(sys::duplicate(null, fd)),
            Err(_) => sys::close(fd),
        }
    }
    if let Ok(null @ 3..) = null {
        sys::close(null);
    }
}

impl Warden<'_> {
    fn live(&mut self) {
        while !self.reap() {
            if self.doomed {
                self.kill_all();
            }
            let mut polled = [self.post.descriptor(), self.signals].map(|fd| Polled {
                fd,
                events: sys::POLLIN,
                revents: 0,
            });
            sys::poll(&mut polled, self.doomed.then_some(AGAIN_MS));
            let [orders, signals] = polled.map(|one| one.revents != 0);
            if signals {
                self.take_signals();
            }
            if orders {
                self.take_order();
            }
        }
    }

    /// Takes the status of all that have ended. True when nothing is left below.
    fn reap(&mut self) -> bool {
        loop {
            let mut usage = Usage::default();
            match sys::wait_any(&mut usage) {
                Waited::Nobody => return true,
                Waited::Later => return false,
                Waited::Child { pid, status } if self.program == Some(pid) => {
                    self.program = None;
                    self.ended(status, &usage);
                }
                Waited::Child { .. } => {}
            }
        }
    }

    /// As wait(2) encodes it: a signal in the low bits, else the code above them.
    fn ended(&mut self, status: i32, usage: &Usage) {
        let signal = status & 0x7f;
        let code = status >> 8 & 0xff;
        self.code = if signal == 0 {
            code
        } else {
            SIGNALLED + signal
        };
        self.post.report(Report::Ended(Ended {
            code: (signal == 0).then_some(code),
            signal: (signal != 0).then_some(signal),
            user_us: microseconds(usage.user),
            system_us: microseconds(usage.system),
            max_rss_bytes: usage.max_rss_kilobytes.cast_unsigned() * 1024,
        }));
    }

    fn take_order(&mut self) {
        match self.post.receive() {
            Came::Nothing => {}
            Came::Closed => self.doomed |= self.settings.dies_with_parent(),
            Came::Order(Order::End) => self.doomed = true,
            Came::Order(Order::Signal { signal, tree: true }) => {
                self.walker.signal_all(signal.into());
            }
            Came::Order(Order::Signal { signal, .. }) => self.signal_program(signal.into()),
        }
    }

    fn signal_program(&self, signal: i32) {
        if let Some(pid) = self.program {
            let _ = sys::kill(pid, signal);
        }
    }

    fn take_signals(&mut self) {
        while let Some((signal, from_user)) = next_signal(self.signals) {
            if signal == PARENT_DIED {
                self.doomed |= self.settings.dies_with_parent();
            } else if signal != sys::SIGCHLD && from_user {
                // What somebody sent to the warden was meant for the program.
                self.signal_program(signal);
            }
        }
    }

    fn kill_all(&mut self) {
        if let Some(directory) = self.settings.cgroup() {
            kill_cgroup(directory);
        }
        self.walker.signal_all(sys::SIGKILL);
    }

    fn remove_cgroup(&self) {
        let Some(directory) = self.settings.cgroup() else {
            return;
        };
        for _ in 0..REMOVALS {
            match sys::remove_directory(directory) {
                Ok(()) | Err(sys::ENOENT) => return,
                Err(_) => sys::poll(&mut [], Some(1)),
            }
        }
    }
}

fn kill_cgroup(directory: &core::ffi::CStr) {
    let mut file = Text::<PATH_BYTES>::new();
    if !(file.push(directory.to_bytes()) && file.push(b"/cgroup.kill")) {
        return;
    }
    if let Ok(kill) = sys::open(file.as_c_str(), sys::O_WRONLY) {
        let _ = sys::write(kill, b"1");
        sys::close(kill);
    }
}

fn microseconds([seconds, microseconds]: [i64; 2]) -> u64 {
    (seconds * 1_000_000 + microseconds).cast_unsigned()
}

/// A signal that waits, and whether a process sent it rather than the kernel. As struct signalfd_siginfo: the number
/// stands first, its code third.
fn next_signal(signals: Fd) -> Option<(i32, bool)> {
    const SI_USER: i32 = 0;
    let mut info = [0_u8; 128];
    if sys::read(signals, &mut info) != Ok(info.len()) {
        return None;
    }
    let word = |at: usize| Some(i32::from_ne_bytes(info.get(at..at + 4)?.try_into().ok()?));
    Some((word(0)?, word(8)? == SI_USER))
}
