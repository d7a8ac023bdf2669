//! Strict UTF-8: validation in vectors by simdutf8. Decoding itself is Node's, which is as quick since Node 24.

/// Where the first ill-formed sequence starts.
pub fn first_invalid_utf8(bytes: &[u8]) -> Option<usize> {
    simdutf8::compat::from_utf8(bytes)
        .err()
        .map(|error| error.valid_up_to())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::first_invalid_utf8;

    proptest! {
        #[test]
        fn finds_what_the_standard_library_finds(
            parts in prop::collection::vec(
                prop_oneof![
                    8 => any::<char>().prop_map(|one| one.to_string().into_bytes()),
                    1 => prop::collection::vec(any::<u8>(), 1..4),
                    8 => Just(b"a stretch of plain text, as there is most of the time".to_vec()),
                ],
                0..60,
            ),
        ) {
            let bytes = parts.concat();
            let expected = std::str::from_utf8(&bytes).err().map(|error| error.valid_up_to());
            prop_assert_eq!(first_invalid_utf8(&bytes), expected);
        }
    }
}
