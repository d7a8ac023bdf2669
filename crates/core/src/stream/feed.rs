//! The bytes of one stream on their way from the thread that stages them to the CPU thread that reads them.
//!
//! Two buffers change places: one is staged into while the other one is read. So a reader that comes back finds the next
//! piece without anyone's help, and the stager is woken only if it waits, once for each buffer that was full.
//!
//! Invariant: a piece is taken only by the one reader that [`Feed::stage`] or [`Feed::end`] has asked for, and by no other
//! before that one has been told [`Step::Rest`] or [`Step::Last`].

use std::sync::Mutex;

use crate::lock::lock;

/// Bytes that are worth a reader: below, waking one takes the stager as long.
const LEAST_TO_START: usize = 256 << 10;
/// Bytes for which a reader that is awake goes on; fewer at the end are read at once.
const LEAST_TO_GO_ON: usize = 64 << 10;
/// Staged bytes from which on the stager is to wait. With one chunk on top, twice, this is all that a stream holds.
const MOST_STAGED: usize = 1 << 20;

/// What the stager has to do.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Staged {
    /// To start a reader.
    pub needs_reader: bool,
    /// To stage no more until there is room.
    pub is_full: bool,
}

/// What the reader does next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<W> {
    /// To read this, and to come back with the buffer; there is room again for the stager that waits for it.
    Read { piece: Vec<u8>, room: Option<W> },
    /// To read this, and to answer with what all of it gives.
    Last { piece: Vec<u8>, end: W },
    /// To do nothing any more.
    Rest,
}

/// `W`: how the stager is told.
pub struct Feed<W>(Mutex<State<W>>);

struct State<W> {
    staged: Vec<u8>,
    /// What the last reader came back with.
    spare: Vec<u8>,
    /// A reader is at work, or asked for.
    is_read: bool,
    is_closed: bool,
    room: Option<W>,
    end: Option<W>,
}

impl<W> Default for Feed<W> {
    fn default() -> Self {
        Self(Mutex::new(State {
            staged: Vec::new(),
            spare: Vec::new(),
            is_read: false,
            is_closed: false,
            room: None,
            end: None,
        }))
    }
}

impl<W> Feed<W> {
    /// Copies bytes.
    pub fn stage(&self, bytes: &[u8]) -> Staged {
        let mut state = lock(&self.0);
        if state.is_closed {
            return Staged::default();
        }
        state.staged.extend_from_slice(bytes);
        let needs_reader = !state.is_read && state.staged.len() >= LEAST_TO_START;
        state.is_read |= needs_reader;
        Staged {
            needs_reader,
            is_full: state.staged.len() >= MOST_STAGED,
        }
    }

    /// Leaves word for when there is room; the word comes back if there is.
    pub fn want_room(&self, word: W) -> Option<W> {
        let mut state = lock(&self.0);
        if state.is_closed || state.staged.len() < MOST_STAGED {
            return Some(word);
        }
        state.room.replace(word)
    }

    /// What is staged, where that is not worth a reader and there is none.
    pub fn take_rest(&self) -> Option<Vec<u8>> {
        let mut state = lock(&self.0);
        let is_rest = !state.is_read && state.staged.len() < LEAST_TO_GO_ON;
        is_rest.then(|| std::mem::take(&mut state.staged))
    }

    /// No more bytes come. Whether a reader has to be started.
    ///
    /// # Errors
    /// The word comes back if the feed is closed.
    pub fn end(&self, word: W) -> Result<bool, W> {
        let mut state = lock(&self.0);
        if state.is_closed {
            return Err(word);
        }
        state.end = Some(word);
        Ok(!std::mem::replace(&mut state.is_read, true))
    }

    /// For the reader, with the buffer that it has read.
    pub fn next(&self, mut emptied: Vec<u8>) -> Step<W> {
        emptied.clear();
        let mut state = lock(&self.0);
        if let Some(end) = state.end.take() {
            state.is_read = false;
            let piece = std::mem::take(&mut state.staged);
            return Step::Last { piece, end };
        }
        if state.is_closed || state.staged.len() < LEAST_TO_GO_ON {
            state.is_read = false;
            if !state.is_closed {
                state.spare = emptied;
            }
            return Step::Rest;
        }
        if emptied.capacity() == 0 {
            emptied = std::mem::take(&mut state.spare);
        }
        let piece = std::mem::replace(&mut state.staged, emptied);
        let room = state.room.take();
        Step::Read { piece, room }
    }

    /// Nobody wants the answer any more, or there will be none: drops what is staged, and hands back the words.
    pub fn close(&self) -> impl Iterator<Item = W> + use<W> {
        let mut state = lock(&self.0);
        state.is_closed = true;
        state.staged = Vec::new();
        state.spare = Vec::new();
        let words = [state.room.take(), state.end.take()];
        words.into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};
    use std::thread;

    use super::{Feed, LEAST_TO_GO_ON, LEAST_TO_START, MOST_STAGED, Staged, Step};

    type Words = Feed<mpsc::Sender<Vec<u8>>>;

    /// A reader as the binding's: reads until it is told to rest.
    fn start(feed: &Arc<Words>, all: &Arc<std::sync::Mutex<Vec<u8>>>) {
        let (feed, all) = (Arc::clone(feed), Arc::clone(all));
        thread::spawn(move || {
            let mut emptied = Vec::new();
            loop {
                match feed.next(emptied) {
                    Step::Read { piece, room } => {
                        all.lock().expect("the test's").extend_from_slice(&piece);
                        room.map(|room| room.send(Vec::new()));
                        emptied = piece;
                    }
                    Step::Last { piece, end } => {
                        let mut all = all.lock().expect("the test's");
                        all.extend_from_slice(&piece);
                        end.send(std::mem::take(&mut all)).expect("the end waits");
                        return;
                    }
                    Step::Rest => return,
                }
            }
        });
    }

    #[test]
    fn what_is_staged_is_read_once_and_in_order_and_the_stager_never_waits_for_nothing() {
        let chunk: Vec<u8> = (0..50_000_u32).map(|n| (n >> 5) as u8).collect();
        for count in [0, 1, 5, 6, 30, 400] {
            let (feed, all) = (Arc::<Words>::default(), Arc::default());
            let mut expected = Vec::new();
            for n in 0..count {
                let part = &chunk[..chunk.len() - n];
                expected.extend_from_slice(part);
                let staged = feed.stage(part);
                if staged.needs_reader {
                    start(&feed, &all);
                }
                if staged.is_full {
                    let (word, room) = mpsc::channel();
                    if feed.want_room(word).is_none() {
                        room.recv().expect("room");
                    }
                }
            }
            let (word, end) = mpsc::channel();
            if feed.end(word).expect("it is open") {
                start(&feed, &all);
            }
            assert!(end.recv().expect("the end") == expected);
        }
    }

    #[test]
    fn a_reader_is_asked_for_once_and_again_after_it_has_rested() {
        let feed = Feed::<u8>::default();
        let few = vec![1; LEAST_TO_START - 1];
        assert_eq!(feed.stage(&few), Staged::default());
        assert!(feed.stage(&[2]).needs_reader);
        assert!(!feed.stage(&few).needs_reader);
        assert_eq!(feed.take_rest(), None);
        let Step::Read { piece, room: None } = feed.next(Vec::new()) else {
            panic!("there is a piece");
        };
        assert_eq!(piece.len(), 2 * LEAST_TO_START - 1);
        assert!(!feed.stage(&few[..LEAST_TO_GO_ON - 1]).needs_reader);
        assert_eq!(feed.next(piece), Step::Rest);
        assert!(feed.stage(&few).needs_reader);
        assert!(matches!(feed.next(Vec::new()), Step::Read { .. }));
        assert_eq!(feed.next(Vec::new()), Step::Rest);
        feed.stage(b"rest");
        assert_eq!(feed.take_rest(), Some(b"rest".to_vec()));
    }

    #[test]
    fn a_word_for_room_is_kept_only_while_there_is_none() {
        let feed = Feed::default();
        assert_eq!(feed.want_room('a'), Some('a'));
        assert!(!feed.stage(&vec![0; MOST_STAGED - 1]).is_full);
        assert_eq!(feed.want_room('b'), Some('b'));
        assert!(feed.stage(&[0]).is_full);
        assert_eq!(feed.want_room('c'), None);
        let Step::Read { room, .. } = feed.next(Vec::new()) else {
            panic!("there is a piece");
        };
        assert_eq!(room, Some('c'));
    }

    #[test]
    fn a_closed_feed_hands_back_its_words_and_takes_nothing() {
        let feed = Feed::default();
        feed.stage(&vec![0; MOST_STAGED]);
        assert_eq!(feed.want_room('r'), None);
        assert_eq!(feed.end('e'), Ok(false));
        assert_eq!(feed.close().collect::<Vec<_>>(), ['r', 'e']);
        assert_eq!(feed.stage(&vec![0; MOST_STAGED]), Staged::default());
        assert_eq!(feed.want_room('r'), Some('r'));
        assert_eq!(feed.end('e'), Err('e'));
        assert_eq!(feed.next(Vec::new()), Step::Rest);
        assert_eq!(feed.close().count(), 0);
    }
}
