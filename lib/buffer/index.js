'use strict'

const { ByteQueue } = require('./byte-queue.js')
const { crc32, crc32c } = require('./checksums.js')
const { deflate, deflateRaw, gunzip, gzip, inflate, inflateRaw } = require('./compression.js')
const { createHash } = require('./create-hash.js')
const { Finder } = require('./finder.js')
const { blake3, xxh3, xxh64 } = require('./hashes.js')
const { fromHex, toHex } = require('./hex.js')
const { countByte, newlineOffsets } = require('./lines.js')
const { compress, compressBlock, decompress, decompressBlock } = require('./lz4.js')
const { mask, unmask } = require('./mask.js')
const { MultiFinder } = require('./multi-finder.js')
const { gzipParallel, promises } = require('./promises.js')
const { compileStruct } = require('./struct/index.js')
const { DelimiterSplitter, LineSplitter } = require('./splitters.js')
const { decodeUtf8, transcode, transcodeInto } = require('./text.js')

module.exports = {
  ByteQueue,
  DelimiterSplitter,
  Finder,
  LineSplitter,
  MultiFinder,
  blake3,
  compileStruct,
  countByte,
  crc32,
  crc32c,
  createHash,
  decodeUtf8,
  deflate,
  deflateRaw,
  fromHex,
  gunzip,
  gzip,
  gzipParallel,
  inflate,
  inflateRaw,
  lz4: { compress, compressBlock, decompress, decompressBlock },
  mask,
  newlineOffsets,
  promises,
  toHex,
  transcode,
  transcodeInto,
  unmask,
  xxh3,
  xxh64,
}
