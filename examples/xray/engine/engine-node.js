'use strict'

// The engine of plain Node, for comparison: node:child_process, node:worker_threads, node:crypto, RegExp.

const { openCrew } = require('./crew-node.js')
const { lines } = require('./lines-node.js')

/** @type {import('./engine').Engine} */
module.exports = { name: 'node', openCrew, lines }
