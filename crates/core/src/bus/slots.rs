//! Who may send whom what only postMessage carries: lib/events/ports.js has a channel between two handles for each pair
//! of them that needs one, which has to have exactly these two ends.
//!
//! A receiver offers a slot, a channel that it has opened under the slot's number; a sender claims it, and from then on it
//! is theirs. Claimed once, so nobody else opens the same channel.

use std::sync::{Mutex, Weak};

use super::handle::Handle;
use crate::lock::lock;

struct Slot {
    number: u32,
    sender: Option<(u32, Weak<Handle>)>,
}

/// The slots of one receiver.
#[derive(Default)]
pub(super) struct Slots(Mutex<Vec<Slot>>);

impl Slots {
    /// Its channel is open, for whoever asks first.
    pub(super) fn offer(&self, number: u32) {
        let sender = None;
        lock(&self.0).push(Slot { number, sender });
    }

    /// A slot for this sender alone. None if there is none left.
    pub(super) fn claim(&self, sender: u32, handle: Weak<Handle>) -> Option<u32> {
        let mut slots = lock(&self.0);
        let free = slots.iter_mut().find(|slot| slot.sender.is_none())?;
        free.sender = Some((sender, handle));
        Some(free.number)
    }

    /// The slot that a sender has claimed.
    pub(super) fn of(&self, sender: u32) -> Option<u32> {
        let slots = lock(&self.0);
        let mut slots = slots.iter();
        let own = slots.find(|slot| slot.sender.as_ref().is_some_and(|(one, _)| *one == sender));
        own.map(|slot| slot.number)
    }

    /// Takes out the slots whose senders are gone.
    pub(super) fn take_ended(&self) -> Vec<u32> {
        let mut ended = Vec::new();
        lock(&self.0).retain(|slot| {
            let sender = slot.sender.as_ref().map(|(_, handle)| handle.upgrade());
            let gone = sender.is_some_and(|handle| handle.is_none_or(|handle| handle.is_closed()));
            if gone {
                ended.push(slot.number);
            }
            !gone
        });
        ended
    }
}
