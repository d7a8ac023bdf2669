//! The channels of one JavaScript thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Arc;

use ironloop_core::inbox::{Mailbox, Port};
use ironloop_core::ring::{self, Corrupt, Lane, Pushed, Receiver, Row, Sender, Taken};
use ironloop_sys::bell::Bell;
use ironloop_sys::descriptor::duplicate;
use ironloop_sys::shared_memory::SharedMemory;

use super::news::{Listening, News};

/// One end of a pair of rings.
pub(super) struct Channel {
    port: u32,
    memory: SharedMemory,
    /// Which of the two lanes is ours to send on: 0 in the process that made them.
    side: usize,
    sender: Sender,
    receiver: Receiver,
    bell: Listening,
    news: Arc<News>,
    /// The descriptors of the other end, until the process that is to have them was started.
    other_end: Option<[OwnedFd; 2]>,
}

#[derive(Default)]
struct Channels {
    last_id: u32,
    open: HashMap<u32, Channel>,
    ports: HashMap<u32, Arc<Mailbox<u32>>>,
}

thread_local! {
    static CHANNELS: RefCell<Channels> = RefCell::default();
}

/// Makes `port` a port of channels, which close with it.
pub(super) fn open_port(port: Port) {
    let id = port.id();
    let mailbox = Arc::new(Mailbox::new(port.clone()));
    CHANNELS.with_borrow_mut(|channels| channels.ports.insert(id, mailbox));
    port.on_close(move || {
        let _ = CHANNELS.try_with(|channels| {
            let mut channels = channels.borrow_mut();
            channels.ports.remove(&id);
            channels.open.retain(|_, channel| channel.port != id);
        });
    });
}

/// The ids of channels that rang, at most `max`.
pub(super) fn rung(port: u32, max: usize) -> Vec<u32> {
    CHANNELS.with_borrow(|channels| {
        let mailbox = channels.ports.get(&port);
        let ids = mailbox.map_or_else(Vec::new, |mailbox| mailbox.take(max));
        for channel in ids.iter().filter_map(|id| channels.open.get(id)) {
            channel.news.heard();
        }
        ids
    })
}

/// Makes a channel; its number, and the descriptors of its other end, which stay ours.
pub(super) fn create(port: u32) -> io::Result<(u32, [RawFd; 2])> {
    let (memory, file) = SharedMemory::create(ring::words())?;
    let (bell, other_bell) = Bell::pair()?;
    let ends = [file, other_bell];
    let numbers = [ends[0].as_raw_fd(), ends[1].as_raw_fd()];
    Ok((add(port, memory, 0, bell, Some(ends))?, numbers))
}

/// A process has the other end now, or will never have it.
pub(super) fn let_go(id: u32) {
    with(id, |channel| channel.other_end = None);
}

/// Opens the other end; its number.
pub(super) fn adopt(port: u32, file: RawFd, bell: RawFd) -> io::Result<u32> {
    let memory = SharedMemory::adopt(&duplicate(file)?, ring::words())?;
    add(port, memory, 1, Bell::adopt(duplicate(bell)?), None)
}

fn add(
    port: u32,
    memory: SharedMemory,
    side: usize,
    bell: Bell,
    other_end: Option<[OwnedFd; 2]>,
) -> io::Result<u32> {
    CHANNELS.with_borrow_mut(|channels| {
        let mailbox = channels.ports.get(&port).ok_or(io::ErrorKind::NotFound)?;
        let mut id = channels.last_id.wrapping_add(1);
        while id == 0 || channels.open.contains_key(&id) {
            id = id.wrapping_add(1);
        }
        let news = News::new(id, Arc::clone(mailbox));
        let channel = Channel {
            port,
            memory,
            side,
            sender: Sender::default(),
            receiver: Receiver::default(),
            bell: Listening::new(bell, Arc::clone(&news))?,
            news,
            other_end,
        };
        channels.last_id = id;
        channels.open.insert(id, channel);
        Ok(id)
    })
}

/// Uses an open channel; None for one that is closed.
pub(super) fn with<T>(id: u32, act: impl FnOnce(&mut Channel) -> T) -> Option<T> {
    CHANNELS.with_borrow_mut(|channels| channels.open.get_mut(&id).map(act))
}

pub(super) fn close(id: u32) {
    CHANNELS.with_borrow_mut(|channels| channels.open.remove(&id));
}

impl Channel {
    /// The lane at `side`, which is there: the memory has the size that `lanes` asks for.
    fn lane(memory: &SharedMemory, side: usize) -> Result<Lane<'_>, Corrupt> {
        ring::lanes(memory.words())
            .map(|lanes| lanes[side])
            .ok_or(Corrupt)
    }

    pub(super) fn wake(&self) {
        self.news.tell();
    }

    /// Whether the record is in shared memory.
    pub(super) fn push(&mut self, kind: u32, bytes: &[u8]) -> Result<bool, Corrupt> {
        let lane = Self::lane(&self.memory, self.side)?;
        match self.sender.push(lane, kind, bytes)? {
            Pushed::Full => Ok(false),
            Pushed::Done { ring } => {
                if ring {
                    self.bell.ring();
                }
                Ok(true)
            }
        }
    }

    pub(super) fn take(
        &mut self,
        most: usize,
        bytes: &mut [u8],
        rows: &mut [Row],
    ) -> Result<Taken, Corrupt> {
        let lane = Self::lane(&self.memory, 1 - self.side)?;
        let taken = self.receiver.take(lane, most, bytes, rows)?;
        if let Taken::Records { ring: true, .. } = taken {
            self.bell.ring();
        }
        Ok(taken)
    }

    /// False if no record of this length was announced.
    pub(super) fn fetch(&mut self, bytes: &mut [u8]) -> Result<bool, Corrupt> {
        let lane = Self::lane(&self.memory, 1 - self.side)?;
        let fetched = self.receiver.fetch(lane, bytes);
        if fetched == Some(true) {
            self.bell.ring();
        }
        Ok(fetched.is_some())
    }
}
