'use strict'

// Native jobs as promises: work runs on the CPU threads, one set per process, and settles here in batches.

const { fromNative } = require('./errors.js')
const { openPort } = require('./inbox.js')
const { native } = require('./native.js')

const BATCH = 256

/** @type {Map<number, { resolve: (value: any) => void, reject: (error: unknown) => void }>} */
const pending = new Map()
/** @type {ReturnType<typeof openPort> | undefined} */
let port
let lastId = 0
/** @type {any[]} */
let batch = []
let next = 0

function deliverNext() {
  if (next === batch.length) {
    batch = native().jobsTake(port?.id, BATCH)
    next = 0
    if (batch.length === 0) return false
  }
  const { id, value, code, message } = batch[next++]
  const promise = pending.get(id)
  pending.delete(id)
  if (pending.size === 0) port?.unref()
  if (code === undefined) promise?.resolve(value)
  else promise?.reject(fromNative(code, message))
  return true
}

/**
 * Runs one native job.
 * @param {(port: number, id: number) => void} start hands the job to native code under this port and id
 * @returns {Promise<any>}
 */
function runJob(start) {
  if (port === undefined) {
    port = openPort({ deliverNext, ticks: true })
    native().jobsOpen(port.id)
  }
  lastId = (lastId + 1) >>> 0
  const id = lastId
  const { id: portId } = port
  return new Promise((resolve, reject) => {
    start(portId, id)
    pending.set(id, { resolve, reject })
    port?.ref()
  })
}

module.exports = { runJob }
