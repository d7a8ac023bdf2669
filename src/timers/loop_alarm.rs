//! An alarm that the loop is woken by itself.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use ironloop_sys::host_uv::LoopPoll;
use ironloop_sys::timer_descriptor::TimerDescriptor;

use crate::environment;
use crate::raw::host_loop::HostLoop;

pub(super) struct LoopAlarm {
    timer: LoopPoll<TimerDescriptor>,
    /// Whether it has been set since it went off.
    set: Rc<Cell<bool>>,
}

impl LoopAlarm {
    /// None where the host cannot.
    pub(super) fn open(host: &HostLoop, port: u32) -> Option<Self> {
        let set = Rc::new(Cell::new(false));
        let is_set = Rc::clone(&set);
        let descriptor = TimerDescriptor::new().ok()?;
        let timer = host.poll(
            descriptor,
            Box::new(move |timer: &TimerDescriptor| {
                is_set.set(false);
                environment::deliver(port);
                if !is_set.get() {
                    timer.clear();
                }
            }),
        );
        Some(Self { timer: timer?, set })
    }

    pub(super) fn set(&self, delay: Duration) {
        self.set.set(true);
        self.timer.descriptor().set(delay);
    }
}
