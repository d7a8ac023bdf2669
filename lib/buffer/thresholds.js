'use strict'

// From how many bytes on native code is called; below, a loop in JavaScript is done before the crossing would be.
// Made by `node scripts/measure-buffer-thresholds.mjs`: where the native time crosses below JavaScript's.

module.exports = {
  countByte: 64,
  newlineOffsets: 192,
  crc32: 48,
  find: 128,
  fromHex: 160,
  mask: 128,
  toHex: 64,
  // Of the promise forms: below, the work itself takes less than twice what handing it over takes.
  blake3Job: 131_072,
  deflateJob: 4_096,
  findJob: 262_144,
  inflateJob: 4_096,
  lz4Job: 65_536,
  sha256Job: 32_768,
  xxh3Job: 524_288,
}
