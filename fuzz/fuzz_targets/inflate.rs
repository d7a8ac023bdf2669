//! Raw DEFLATE, zlib and gzip: nothing beyond the ceiling is written, and what both ways accept is the same.
#![no_main]

use ironloop_core::buffer::{Step, Unpacked, unpack, unpack_exactly};
use ironloop_sys::deflate::{Decompressor, Format, Inflated};
use libfuzzer_sys::fuzz_target;

const MOST: usize = 1 << 20;

fuzz_target!(|data: (u8, &[u8])| {
    let (kind, input) = data;
    let format = [Format::Raw, Format::Zlib, Format::Gzip][usize::from(kind % 3)];
    let members = format == Format::Gzip;
    let mut decompressor = Decompressor::new().expect("memory");
    let mut step = |input: &[u8], out: &mut [u8]| match decompressor.inflate(format, input, out) {
        Inflated::Done { read, written } => {
            assert!(read <= input.len() && written <= out.len());
            Step::Done { read, written }
        }
        Inflated::Full => Step::Full,
        Inflated::Corrupt => Step::Corrupt,
    };
    let mut out = Vec::new();
    if let Unpacked::Done(length) = unpack(input, members, MOST, &mut out, &mut step) {
        let mut exact = vec![0; length];
        assert!(unpack_exactly(input, members, &mut exact, &mut step));
        assert_eq!(exact, out[..length]);
    }
});
