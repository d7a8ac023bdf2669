//! LZ4 frames and blocks: nothing beyond the ceiling, and what was compressed comes back.
#![no_main]

use ironloop_core::buffer::{Unpacked, lz4};
use libfuzzer_sys::fuzz_target;

const MOST: usize = 1 << 20;

fuzz_target!(|data: (u16, &[u8])| {
    let (room, input) = data;
    let mut out = Vec::new();
    if let Unpacked::Done(length) = lz4::decompress_frame(input, MOST, &mut out) {
        assert!(length <= MOST && length == out.len());
    }
    lz4::decompress_block(input, &mut vec![0; usize::from(room)]);
    let frame = lz4::compress_frame(input).expect("a frame");
    let mut back = Vec::new();
    assert_eq!(
        lz4::decompress_frame(&frame, input.len(), &mut back),
        Unpacked::Done(input.len())
    );
    assert_eq!(back, input);
});
