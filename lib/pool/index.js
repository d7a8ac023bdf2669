'use strict'

// As piscina's, the module is the class and holds everything else.

const { Pool } = require('./pool.js')
const state = require('./worker-state.js')

module.exports = Object.defineProperties(Pool, {
  Pool: { value: Pool, enumerable: true },
  Piscina: { value: Pool, enumerable: true },
  default: { value: Pool },
  version: { value: require('../../package.json').version, enumerable: true },
  isWorkerThread: { get: () => state.isWorkerThread, enumerable: true },
  workerData: { get: () => state.workerData, enumerable: true },
})
