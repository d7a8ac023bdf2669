'use strict'

// From how many bytes on native code is called; below, a loop in JavaScript is done before the crossing would be.
// Made by `node scripts/measure-buffer-thresholds.mjs`: where the native time crosses below JavaScript's.

module.exports = {
  countByte: 64,
  newlineOffsets: 256,
  crc32: 48,
  find: 512,
  fromHex: 128,
  mask: 192,
  toHex: 64,
  // Of the promise forms: below, the work is done before a job would be handed over.
  blake3Job: 32_768,
  deflateJob: 512,
  inflateJob: 4_096,
  xxh3Job: 131_072,
}
