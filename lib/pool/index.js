'use strict'

// As piscina's, the module is the class and holds everything else.

const { Pool } = require('./pool.js')
const state = require('./worker-state.js')

module.exports = Pool
module.exports.Pool = Pool
module.exports.Piscina = Pool
module.exports.default = Pool
Object.defineProperties(module.exports, {
  version: { value: require('../../package.json').version, enumerable: true },
  isWorkerThread: { get: () => state.isWorkerThread, enumerable: true },
  workerData: { get: () => state.workerData, enumerable: true },
})
