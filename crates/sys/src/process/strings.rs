/// A list of C strings in one allocation: argv, an environment, the candidates of a search.
///
/// Invariant: `bytes` is a sequence of strings that each end with their only NUL byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CStrings {
    bytes: Vec<u8>,
}

impl CStrings {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The strings of `packed`, of which each ends with NUL; a last one without it is ended here.
    #[must_use]
    pub fn from_packed(packed: impl Into<Vec<u8>>) -> Self {
        let mut bytes = packed.into();
        if bytes.last().is_some_and(|last| *last != 0) {
            bytes.push(0);
        }
        Self { bytes }
    }

    /// Appends one string, built of parts. A NUL within would end it early: callers refuse such strings before.
    pub fn push(&mut self, parts: &[&[u8]]) {
        for part in parts {
            let end = part.iter().position(|byte| *byte == 0);
            self.bytes
                .extend_from_slice(&part[..end.unwrap_or(part.len())]);
        }
        self.bytes.push(0);
    }

    /// Appends one string that ends with its only NUL.
    #[cfg(unix)]
    pub(crate) fn push_with_nul(&mut self, string: &[u8]) {
        self.bytes.extend_from_slice(string);
    }

    /// The strings, without their NUL.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.with_nul().map(|string| &string[..string.len() - 1])
    }

    /// The strings, each with its NUL.
    pub(crate) fn with_nul(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.split_inclusive(|byte| *byte == 0)
    }
}

impl<'a> FromIterator<&'a str> for CStrings {
    fn from_iter<I: IntoIterator<Item = &'a str>>(strings: I) -> Self {
        let mut list = Self::new();
        for string in strings {
            list.push(&[string.as_bytes()]);
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::CStrings;

    #[test]
    fn packed_and_pushed_lists_are_the_same() {
        let packed = CStrings::from_packed("a\0\0bc");
        assert_eq!(packed, ["a", "", "bc"].into_iter().collect());
        assert_eq!(packed.iter().collect::<Vec<_>>(), [&b"a"[..], b"", b"bc"]);
        assert_eq!(packed.with_nul().next(), Some(&b"a\0"[..]));
    }

    #[test]
    fn an_empty_list_has_no_string() {
        assert_eq!(CStrings::from_packed("").iter().count(), 0);
    }

    #[test]
    fn a_nul_within_ends_a_string() {
        let mut list = CStrings::new();
        list.push(&[b"a\0b", b"c"]);
        assert_eq!(list.iter().collect::<Vec<_>>(), [b"ac"]);
    }
}
