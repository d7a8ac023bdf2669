'use strict'

// The engine of ironloop: child_process.run, Pool, Bus, and the byte work of buffer.

const { openCrew } = require('./crew-ironloop.js')
const { lines } = require('./lines-ironloop.js')

/** @type {import('./engine').Engine} */
module.exports = { name: 'ironloop', openCrew, lines }
