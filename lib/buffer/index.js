'use strict'

const { crc32, crc32c } = require('./checksums.js')
const { blake3, xxh3, xxh64 } = require('./hashes.js')
const { countByte, newlineOffsets } = require('./lines.js')
const { MultiFinder } = require('./multi-finder.js')
const promises = require('./promises.js')

module.exports = { MultiFinder, blake3, countByte, crc32, crc32c, newlineOffsets, promises, xxh3, xxh64 }
