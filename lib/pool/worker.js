'use strict'

// The entry of every worker thread of a Pool. Its place in the pool is the first message of its parentPort, received
// before any code of the user can listen there.

const { MessagePort, parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads')
const { adoptNative } = require('../internal/native.js')
const state = require('./worker-state.js')

state.isWorkerThread = true
state.workerData = workerData

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort)
// In Deno it is none.
const first = port instanceof MessagePort ? receiveMessageOnPort(port) : undefined
if (first !== undefined) takePlace(first.message)
else port.once('message', takePlace)

/** @param {any} place */
function takePlace(place) {
  if (place.niceIncrement > 0) lowerPriority(place.niceIncrement)
  if (place.binding !== undefined) adoptNative(place.binding)
  const { WorkerSeat } = require('./worker-seat.js')
  new WorkerSeat(place).open(place.handler)
}

/**
 * On Linux alone, where process 0 is the calling thread; elsewhere it would be the whole process.
 * @param {number} increment
 */
function lowerPriority(increment) {
  if (process.platform !== 'linux') return
  const os = require('node:os')
  os.setPriority(0, Math.min(os.constants.priority.PRIORITY_LOW, os.getPriority(0) + increment))
}
