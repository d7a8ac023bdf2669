/// What was kept of one output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    pub bytes: Vec<u8>,
    /// More came than was kept.
    pub truncated: bool,
    /// All of it is ASCII, so that a string of it needs no decoding.
    pub ascii: bool,
}

/// From so much on, so much is asked for: address space, to which the kernel gives memory as it is written, in huge pages
/// where the allocator asks for them.
const MUCH_BYTES: usize = 2 << 20;
const LARGE_BYTES: usize = 32 << 20;

impl Captured {
    /// Gives back what was not used, where that takes no copy.
    pub fn fit(&mut self) {
        let moves = self.bytes.capacity() >= LARGE_BYTES && self.bytes.len() < LARGE_BYTES;
        if !moves {
            self.bytes.shrink_to_fit();
        }
    }
}

/// Keeps an output up to a limit.
#[derive(Debug)]
pub struct Capture {
    kept: Captured,
    limit: usize,
    /// How much of it has been looked at for what is not ASCII, while it was still in a cache.
    checked: usize,
}

impl Capture {
    /// Keeps at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            kept: Captured {
                ascii: true,
                ..Captured::default()
            },
            limit,
            checked: 0,
        }
    }

    /// The bytes so far; a reader appends to them directly and then calls [`Self::settle`].
    pub fn bytes(&mut self) -> &mut Vec<u8> {
        let bytes = &mut self.kept.bytes;
        let held = bytes.len();
        if held >= MUCH_BYTES && bytes.capacity() < LARGE_BYTES && self.limit >= LARGE_BYTES {
            // Where so much is not to be had, growing by doubling may do.
            let _ = bytes.try_reserve_exact(LARGE_BYTES - held);
        }
        bytes
    }

    /// What was kept so far.
    pub(super) fn so_far(&self) -> &[u8] {
        &self.kept.bytes
    }

    /// Whether more came than the limit.
    pub(super) fn is_over(&self) -> bool {
        self.kept.bytes.len() > self.limit
    }

    /// Cuts at the limit. True the first time that something had to be cut.
    pub fn settle(&mut self) -> bool {
        let is_over = self.is_over();
        self.kept.bytes.truncate(self.limit);
        self.check();
        is_over && !std::mem::replace(&mut self.kept.truncated, true)
    }

    fn check(&mut self) {
        let kept = &mut self.kept;
        let fresh = kept.bytes.get(self.checked..).unwrap_or_default();
        kept.ascii = kept.ascii && fresh.is_ascii();
        self.checked = kept.bytes.len();
    }

    /// What was kept.
    #[must_use]
    pub fn finish(mut self) -> Captured {
        self.check();
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::Capture;
    use proptest::prelude::*;

    #[test]
    fn exactly_the_limit_is_no_overflow() {
        let mut capture = Capture::new(3);
        capture.bytes().extend(b"abc");
        assert!(!capture.settle());
        capture.bytes().extend(b"d");
        assert!(capture.settle());
        capture.bytes().extend(b"e");
        assert!(!capture.settle(), "told once");
        let kept = capture.finish();
        assert_eq!((&kept.bytes[..], kept.truncated), (&b"abc"[..], true));
    }

    proptest! {
        #[test]
        fn keeps_the_first_bytes_of_any_pieces(pieces: Vec<Vec<u8>>, limit in 0_usize..64) {
            let mut capture = Capture::new(limit);
            for piece in &pieces {
                capture.bytes().extend(piece);
                capture.settle();
            }
            let all = pieces.concat();
            let kept = capture.finish();
            prop_assert_eq!(&kept.bytes[..], &all[..all.len().min(limit)]);
            prop_assert_eq!(kept.ascii, kept.bytes.iter().all(|byte| *byte < 128));
            prop_assert_eq!(kept.truncated, all.len() > limit);
        }
    }
}
