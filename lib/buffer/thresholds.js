'use strict'

// From how many bytes on native code is called; below, a loop in JavaScript is done before the crossing would be.
// Made by `node scripts/measure-buffer-thresholds.mjs`: where the native time crosses below JavaScript's.

module.exports = {
  countByte: 64,
  newlineOffsets: 256,
  crc32: 48,
}
