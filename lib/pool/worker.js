'use strict'

// The entry of every worker thread of a Pool.

const { getEnvironmentData, setEnvironmentData, workerData } = require('node:worker_threads')
const state = require('./worker-state.js')
const { WorkerSeat } = require('./worker-seat.js')
const { PLACE } = require('./wire.js')

const place = /** @type {any} */ (getEnvironmentData(PLACE))
setEnvironmentData(PLACE, undefined) // not for the threads that this one starts
state.isWorkerThread = true
state.workerData = workerData

new WorkerSeat(place).open(place.handler)
