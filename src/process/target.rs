//! Who is signalled: the process itself, or the warden that stands before it.

use std::sync::atomic::{AtomicBool, Ordering};

use ironloop_core::process::{Group, RealFiles};
use ironloop_sys::process::{
    Control, FORCE_SIGNAL, Handle, Order, ProcessHandle, ProcessTree, RESUME_SIGNAL,
};

/// A child of ours and, where it is a warden, the way to reach what it guards.
pub(super) struct Target {
    /// The program, or its warden.
    pub(super) process: ProcessHandle,
    pub(super) control: Option<Control>,
    /// The cgroup of its tree.
    group: Option<Group<RealFiles>>,
    /// The warden said that the program has ended.
    ended: AtomicBool,
    #[cfg(target_os = "linux")]
    doom: crate::exits::Doom,
}

impl Target {
    pub(super) fn new(
        process: ProcessHandle,
        control: Option<Control>,
        group: Option<Group<RealFiles>>,
    ) -> Self {
        Self {
            process,
            control,
            group,
            ended: AtomicBool::new(false),
            #[cfg(target_os = "linux")]
            doom: crate::exits::Doom::default(),
        }
    }

    /// It was sent the signal that nothing survives.
    #[cfg(target_os = "linux")]
    pub(super) fn doom(&self) {
        self.doom.seal();
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn doom(&self) {}

    /// The program has ended; its warden may live on.
    #[cfg(target_os = "linux")]
    pub(super) fn program_ended(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    /// The warden is gone. Where it said nothing before, it was killed: what it guarded must not stay without it.
    #[cfg(target_os = "linux")]
    pub(super) fn warden_gone(&self) {
        if !self.ended.swap(true, Ordering::SeqCst)
            && let Some(group) = &self.group
        {
            let _ = group.kill();
        }
    }

    /// Whether the warden, and so all that it guarded, has ended.
    #[cfg(target_os = "linux")]
    pub(super) fn is_gone(&self) -> bool {
        self.process.has_ended()
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn is_gone(&self) -> bool {
        true
    }

    /// Nothing is left of it.
    #[cfg(target_os = "linux")]
    pub(super) fn remove_group(&self) {
        if let Some(group) = &self.group {
            group.remove();
        }
    }

    /// The resident set of the program and all that it started.
    pub(super) fn tree_rss(&self) -> u64 {
        ProcessTree::resident_bytes(self.process.pid(), self.control.is_some())
    }

    /// Whether the kernel killed some of it for want of memory.
    pub(super) fn ran_out_of_memory(&self) -> bool {
        let group = self.group.as_ref();
        group.is_some_and(Group::ran_out_of_memory)
    }

    /// Signals the program, or with `tree` what it started too. False if there is nobody who could get it.
    pub(super) fn signal(&self, signal: i32, tree: bool) -> bool {
        match &self.control {
            Some(control) => self.ask(control, signal, tree),
            None if tree => self.process.signal_group(signal).is_ok(),
            None => self.process.signal(signal).is_ok(),
        }
    }

    fn ask(&self, control: &Control, signal: i32, tree: bool) -> bool {
        let ended = self.ended.load(Ordering::SeqCst);
        if ended && !tree || signal == 0 {
            return !ended;
        }
        let order = match u8::try_from(signal) {
            Ok(_) if tree && signal == FORCE_SIGNAL => Order::End,
            Ok(signal) => Order::Signal { signal, tree },
            Err(_) => return false,
        };
        let sent = control.send(order).is_ok();
        if signal == FORCE_SIGNAL {
            // Whoever stopped it, and so what it guards, is not to outlive this.
            let _ = self.process.signal(RESUME_SIGNAL);
        }
        sent
    }
}
