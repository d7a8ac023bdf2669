//! Strict UTF-8, Latin-1 and hexadecimal digits: against the standard library and against themselves.
#![no_main]

use ironloop_core::buffer::first_invalid_utf8;
use ironloop_sys::buffer::{hex, latin1, mask};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let expected = std::str::from_utf8(input)
        .err()
        .map(|error| error.valid_up_to());
    assert_eq!(first_invalid_utf8(input), expected);

    let text: String = input.iter().map(|byte| char::from(*byte)).collect();
    let mut utf8 = vec![0; latin1::utf8_length(input)];
    assert_eq!(latin1::to_utf8(input, &mut utf8), (input.len(), utf8.len()));
    assert_eq!(utf8, text.as_bytes());
    let (read, written) = latin1::to_utf8(input, &mut utf8[..input.len() / 2]);
    assert!(read <= input.len() && written <= input.len() / 2);

    let mut out = vec![0; input.len() / 2];
    let decoded = hex::decode(input, &mut out);
    let mut digits = vec![0; decoded * 2];
    hex::encode(&out[..decoded], &mut digits);
    assert!(digits.eq_ignore_ascii_case(&input[..decoded * 2]));

    let mut masked = input.to_vec();
    mask::mask_in_place(&mut masked, [1, 2, 3, 4]);
    let mut back = vec![0; input.len()];
    mask::mask(&masked, [1, 2, 3, 4], &mut back);
    assert_eq!(back, input);
});
