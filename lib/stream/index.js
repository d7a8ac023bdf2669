'use strict'

const { compress, decompress } = require('./compression.js')
const { frames } = require('./frames.js')
const { hash } = require('./hash.js')
const { lines } = require('./lines.js')
const { search } = require('./search.js')

module.exports = { compress, decompress, frames, hash, lines, search }
