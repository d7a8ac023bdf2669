'use strict'

// As piscina's, the module is the class and holds everything else.

const { leastBusyBalancer } = require('./assignment.js')
const { move, queueOptionsSymbol, transferableSymbol, valueSymbol } = require('./move.js')
const { Pool } = require('./pool.js')
const { ArrayTaskQueue, FixedQueue } = require('./task-queues.js')
const state = require('./worker-state.js')

module.exports = Pool
module.exports.Pool = Pool
module.exports.Piscina = Pool
module.exports.default = Pool
module.exports.ArrayTaskQueue = ArrayTaskQueue
module.exports.FixedQueue = FixedQueue
module.exports.LeastBusyBalancer = leastBusyBalancer
module.exports.move = move
module.exports.queueOptionsSymbol = queueOptionsSymbol
module.exports.transferableSymbol = transferableSymbol
module.exports.valueSymbol = valueSymbol
Object.defineProperties(module.exports, {
  version: { value: require('../../package.json').version, enumerable: true },
  isWorkerThread: { get: () => state.isWorkerThread, enumerable: true },
  workerData: { get: () => state.workerData, enumerable: true },
})
