//! What both ways of deflate.rs, the one in C and the portable one, must do.

use super::*;

#[test]
fn what_was_compressed_comes_back() {
    let input: Vec<u8> = (0..50_000_u32).map(|at| ((at * at) >> 7) as u8).collect();
    for format in [Format::Raw, Format::Zlib, Format::Gzip] {
        for level in [0, 1, 6, 12] {
            let mut compressor = Compressor::new(level).expect("memory");
            let mut packed = vec![0; compressor.bound(format, input.len())];
            let length = compressor
                .deflate(format, &input, &mut packed)
                .expect("room");
            let mut decompressor = Decompressor::new().expect("memory");
            let mut out = vec![0; input.len()];
            let done = Inflated::Done {
                read: length,
                written: input.len(),
            };
            // Whatever follows the stream is left alone.
            assert_eq!(decompressor.inflate(format, &packed, &mut out), done);
            assert_eq!(out, input);
            out.pop();
            assert_eq!(
                decompressor.inflate(format, &packed, &mut out),
                Inflated::Full
            );
            let cut = &packed[..length - 1];
            assert_eq!(
                decompressor.inflate(format, cut, &mut vec![0; 60_000]),
                Inflated::Corrupt
            );
            assert_eq!(compressor.deflate(format, &input, &mut packed[..20]), None);
        }
    }
}

#[test]
fn levels_that_do_not_exist_are_refused() {
    assert!(Compressor::new(Compressor::MOST).is_some_and(|made| made.level() == 12));
    assert!(Compressor::new(Compressor::MOST + 1).is_none());
}
