//! The warden's end of the socket.

use super::syscall::{self as sys, Errno, Fd};
use crate::wire::{CONTROL, ORDER, Order, Report};

/// Closed once the parent's end is.
pub(super) struct Post(Option<Fd>);

/// What came.
pub(super) enum Came {
    Order(Order),
    Nothing,
    /// The parent is gone, or wants nothing more.
    Closed,
}

impl Post {
    /// # Errors
    /// When nobody gave us the socket.
    pub(super) fn take() -> Result<Self, Errno> {
        sys::close_on_exec(CONTROL)?;
        Ok(Self(Some(CONTROL)))
    }

    /// -1, which poll passes over, once it is closed.
    pub(super) fn descriptor(&self) -> Fd {
        self.0.unwrap_or(-1)
    }

    pub(super) fn report(&self, report: Report) {
        if let Some(fd) = self.0 {
            let _ = sys::send(fd, &report.encode());
        }
    }

    /// Call it when the descriptor is readable.
    pub(super) fn receive(&mut self) -> Came {
        let Some(fd) = self.0 else {
            return Came::Nothing;
        };
        let mut bytes = [0; ORDER];
        match sys::read(fd, &mut bytes) {
            Ok(count @ 1..) => match bytes.get(..count).and_then(Order::decode) {
                Some(order) => Came::Order(order),
                None => Came::Nothing,
            },
            Err(sys::EAGAIN) => Came::Nothing,
            Ok(0) | Err(_) => {
                sys::close(fd);
                self.0 = None;
                Came::Closed
            }
        }
    }
}
