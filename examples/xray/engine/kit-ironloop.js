'use strict'

// The byte work of a worker with ironloop/buffer: all patterns in one pass, offsets in one call, BLAKE3.

const { MultiFinder, blake3, newlineOffsets } = require('ironloop/buffer')
const { PATTERNS } = require('../worker/patterns.js')

const finder = new MultiFinder(PATTERNS.map(({ text }) => text))

/** @param {Buffer} bytes */
const findAll = (bytes) => finder.findAll(bytes)

/** @param {Buffer} bytes */
const newlines = (bytes) => newlineOffsets(bytes)

/** @param {Buffer} bytes */
const hashOf = (bytes) => blake3(bytes)

module.exports = { findAll, hashOf, newlines }
