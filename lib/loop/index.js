'use strict'

const { blocked } = require('./blocked.js')
const { metrics, stats } = require('./stats.js')
const { trace } = require('./trace/index.js')
const { watch } = require('./watch.js')

module.exports = { blocked, metrics, stats, trace, watch }
