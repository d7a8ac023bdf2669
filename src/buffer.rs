//! The binding of `ironloop/buffer`: raw functions over `ironloop_core::buffer`.

mod deflate;
mod finder;
mod found;
mod hash;
mod hasher;
mod job;
mod lz4;
mod multi_finder;
mod records;
mod result;
mod text;

use ironloop_core::buffer;
use ironloop_sys::block_mask::block_mask;

use crate::raw::{self, Call, Outcome, function};

pub(crate) const RAW: &[raw::Function] = &[
    function("countByte", count_byte),
    function("newlineOffsets", newline_offsets),
    function("crc32", hash::crc32),
    function("crc32c", hash::crc32c),
    function("xxh64", hash::xxh64),
    function("xxh3", hash::xxh3),
    function("xxh3Wide", hash::xxh3_wide),
    function("blake3", hash::blake3),
    function("blake3Hex", hash::blake3_hex),
    function("hashJob", hash::hash_job),
    function("takeResult", result::take),
    function("firstInvalidUtf8", text::first_invalid_utf8),
    function("latin1Utf8Length", text::latin1_utf8_length),
    function("latin1ToUtf8", text::latin1_to_utf8),
    function("toHex", text::to_hex),
    function("fromHex", text::from_hex),
    function("mask", text::mask_bytes),
    function("maskInPlace", text::mask_in_place),
    function("finder", finder::build),
    function("finderFind", finder::find),
    function("finderFindLast", finder::find_last),
    function("finderScan", finder::scan),
    function("finderTake", finder::take),
    function("finderJob", finder::find_job),
    function("deflate", deflate::deflate),
    function("inflate", deflate::inflate),
    function("inflateExactly", deflate::inflate_exactly),
    function("deflateJob", deflate::deflate_job),
    function("inflateJob", deflate::inflate_job),
    function("lz4CompressFrame", lz4::compress_frame),
    function("lz4DecompressFrame", lz4::decompress_frame),
    function("lz4CompressBlock", lz4::compress_block),
    function("lz4DecompressBlock", lz4::decompress_block),
    function("lz4Job", lz4::job),
    function("hasher", hasher::build),
    function("hasherUpdate", hasher::update),
    function("hasherDigest", hasher::digest),
    function("hasherCopy", hasher::copy),
    function("blake3SubtreeJob", hasher::subtree_job),
    function("blake3Merge", hasher::merge),
    function("structGather", records::gather),
    function("structScatter", records::scatter),
    function("multiFinder", multi_finder::build),
    function("multiFinderTest", multi_finder::test),
    function("multiFinderScan", multi_finder::scan),
    function("multiFinderTake", multi_finder::take),
    function("multiFinderJob", multi_finder::find_job),
    function("multiFinderReplacedLength", multi_finder::replaced_length),
    function("multiFinderReplace", multi_finder::replace),
];

/// (bytes, byte) -> count
fn count_byte(call: &Call) -> Outcome {
    let byte = call.u32(1)? as u8;
    Ok(buffer::count_byte(call.bytes(0)?, byte).into())
}

/// (bytes, out: Uint32Array | Float64Array) -> how many were written
fn newline_offsets(call: &Call) -> Outcome {
    let bytes = call.bytes(0)?;
    let line_feeds = |block: &[u8; buffer::BLOCK]| block_mask(block, b'\n');
    let written = if call.is_elements::<u32>(1) {
        let out = call.elements_mut(1)?;
        buffer::newline_offsets(bytes, out, |offset| offset as u32, line_feeds)
    } else {
        let out = call.elements_mut(1)?;
        buffer::newline_offsets(bytes, out, |offset| offset as f64, line_feeds)
    };
    Ok(written.into())
}
