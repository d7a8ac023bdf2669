'use strict'

// From how many bytes on native code is called; below, a loop in JavaScript (or Node's own function) is done before the
// crossing would be. Made by `node scripts/measure-buffer-thresholds.mjs --write`.

module.exports = {
  countByte: 64,
  newlineOffsets: 192,
  crc32: 48,
  find: 160,
  fromHex: 128,
  mask: 128,
  toHex: 64,
  // Of the promise forms: below, the work itself takes less than twice what handing it over takes.
  blake3Job: 131_072,
  deflateJob: 1_024,
  findJob: 524_288,
  inflateJob: 2_954,
  lz4Job: 16_384,
  sha256Job: 16_384,
  xxh3Job: 524_288,
}
