//! One needle: memchr's `memmem` (vectors over the two rarest bytes, Two-Way where that does not help), which is linear
//! on every input.

use memchr::memmem;

/// A compiled needle.
pub struct Finder {
    forward: memmem::Finder<'static>,
    backward: memmem::FinderRev<'static>,
}

impl Finder {
    #[must_use]
    pub fn new(needle: &[u8]) -> Self {
        Self {
            forward: memmem::Finder::new(needle).into_owned(),
            backward: memmem::FinderRev::new(needle).into_owned(),
        }
    }

    /// What it holds beyond its own size, roughly.
    #[must_use]
    pub fn memory_usage(&self) -> usize {
        size_of::<Self>() + 2 * self.forward.needle().len()
    }

    /// The first match that starts at `from` or later.
    #[must_use]
    pub fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let found = self.forward.find(bytes.get(from..)?)?;
        Some(from + found)
    }

    /// The last match that starts at `from` or earlier.
    #[must_use]
    pub fn find_last(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let end = from.saturating_add(self.forward.needle().len());
        self.backward.rfind(&bytes[..end.min(bytes.len())])
    }

    /// Appends the offsets of all matches that do not overlap, from the left.
    pub fn find_all(&self, bytes: &[u8], found: &mut Vec<usize>) {
        found.extend(self.forward.find_iter(bytes));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Finder;

    proptest! {
        #[test]
        fn finds_what_windows_show(
            bytes in prop::collection::vec(0..3_u8, 0..200),
            needle in prop::collection::vec(0..3_u8, 1..6),
            from in 0..220_usize,
        ) {
            let finder = Finder::new(&needle);
            let starts: Vec<usize> = (0..bytes.len())
                .filter(|&at| bytes[at..].starts_with(&needle))
                .collect();
            prop_assert_eq!(finder.find(&bytes, from), starts.iter().copied().find(|at| *at >= from));
            prop_assert_eq!(
                finder.find_last(&bytes, from),
                starts.iter().copied().rfind(|at| *at <= from)
            );
            let mut all = Vec::new();
            finder.find_all(&bytes, &mut all);
            let mut expected = Vec::new();
            for at in starts {
                if expected.last().is_none_or(|last| at >= last + needle.len()) {
                    expected.push(at);
                }
            }
            prop_assert_eq!(all, expected);
        }
    }
}
