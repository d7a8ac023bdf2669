'use strict'

const { setPreciseInterval } = require('./interval.js')
const { sleep } = require('./sleep.js')
const { setPreciseTimeout } = require('./timeout.js')

module.exports = { setPreciseInterval, setPreciseTimeout, sleep }
