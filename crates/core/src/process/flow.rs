use std::sync::Mutex;

use crate::lock::lock;

/// An output that is handed on while the process runs: a bounded buffer between the I/O thread and a reader.
///
/// The reader takes all that is there at once. Past the bound the I/O thread stops reading, the pipe fills up, and the
/// process waits in its own write.
#[derive(Debug)]
pub struct Flow {
    state: Mutex<State>,
    bound: usize,
}

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    ended: bool,
    /// The reader found nothing and is to be told.
    wanted: bool,
    /// The writer found no room and is to be told.
    full: bool,
}

/// What a reader got.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// Never empty. `resume` says that the writer waits for this.
    Bytes { bytes: Vec<u8>, resume: bool },
    /// Nothing now; the desk will tell.
    Later,
    /// Nothing ever again.
    Ended,
}

impl Flow {
    /// A flow that holds about `bound` bytes.
    #[must_use]
    pub fn new(bound: usize) -> Self {
        Self {
            state: Mutex::default(),
            bound,
        }
    }

    /// Whether there is room; if not, the next take says `resume`.
    pub fn has_room(&self) -> bool {
        let mut state = lock(&self.state);
        state.full = state.bytes.len() >= self.bound;
        !state.full
    }

    /// Moves `from` into the flow. True if the reader waits for it.
    #[must_use]
    pub fn push(&self, from: &mut Vec<u8>) -> bool {
        let mut state = lock(&self.state);
        if state.bytes.is_empty() {
            std::mem::swap(&mut state.bytes, from);
            from.clear();
        } else {
            state.bytes.append(from);
        }
        !state.bytes.is_empty() && std::mem::take(&mut state.wanted)
    }

    /// Nothing more will come. True if the reader waits.
    #[must_use]
    pub fn end(&self) -> bool {
        let mut state = lock(&self.state);
        state.ended = true;
        std::mem::take(&mut state.wanted)
    }

    /// Whether nothing more will come.
    pub fn is_ended(&self) -> bool {
        lock(&self.state).ended
    }

    /// Takes all that is there.
    pub fn take(&self) -> Taken {
        let mut state = lock(&self.state);
        if !state.bytes.is_empty() {
            return Taken::Bytes {
                bytes: std::mem::take(&mut state.bytes),
                resume: std::mem::take(&mut state.full),
            };
        }
        if state.ended {
            return Taken::Ended;
        }
        state.wanted = true;
        Taken::Later
    }
}

#[cfg(test)]
mod tests {
    use super::{Flow, Taken};

    #[test]
    fn a_waiting_reader_is_told_once() {
        let flow = Flow::new(4);
        assert!(!flow.push(&mut b"a".to_vec()), "nobody waits yet");
        assert_eq!(
            flow.take(),
            Taken::Bytes {
                bytes: b"a".to_vec(),
                resume: false
            }
        );
        assert_eq!(flow.take(), Taken::Later);
        assert!(!flow.push(&mut Vec::new()), "nothing is no news");
        assert!(flow.push(&mut b"b".to_vec()));
        assert!(!flow.push(&mut b"c".to_vec()));
        assert_eq!(
            flow.take(),
            Taken::Bytes {
                bytes: b"bc".to_vec(),
                resume: false
            }
        );
        assert_eq!(flow.take(), Taken::Later);
        assert!(flow.end());
        assert_eq!(flow.take(), Taken::Ended);
    }

    #[test]
    fn a_writer_that_found_no_room_is_resumed() {
        let flow = Flow::new(2);
        assert!(flow.has_room());
        assert!(!flow.push(&mut b"abc".to_vec()));
        assert!(!flow.has_room());
        assert_eq!(
            flow.take(),
            Taken::Bytes {
                bytes: b"abc".to_vec(),
                resume: true
            }
        );
        assert!(flow.has_room());
    }
}
