'use strict'

// Native jobs as promises: work runs on the CPU threads, one set per process, and settles here in batches.

const { codes, fromNative } = require('./errors.js')
const { openPort } = require('./inbox.js')
const { admit, release } = require('./job-inputs.js')
const { native } = require('./native.js')
const { bytesOf } = require('./values/slots.js')

const BATCH = 256
const GONE = 'the input was transferred or resized before the job began'

/** @type {Map<number, { resolve: (value: any) => void, reject: (error: unknown) => void, bytes: number }>} */
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
  if (promise !== undefined && promise.bytes > 0) release(promise.bytes)
  if (code === undefined) promise?.resolve(value)
  else promise?.reject(fromNative(code, message))
  return true
}

/**
 * Runs one native job.
 * @param {(port: number, id: number) => void} start hands the job to native code under this port and id
 * @param {NodeJS.ArrayBufferView} [input] what `start` copies: it may be called later, when there is room for that
 * @returns {Promise<any>}
 */
function runJob(start, input) {
  if (port === undefined) {
    port = openPort({ deliverNext, ticks: true })
    native().jobsOpen(port.id)
  }
  const { id: portId } = port
  const view = input && bytesOf(input)
  const bytes = view === undefined ? 0 : view.byteLength
  return new Promise((resolve, reject) => {
    const begin = () => {
      lastId = (lastId + 1) >>> 0
      try {
        if (view !== undefined && view.byteLength !== bytes) throw new codes.ERR_INVALID_STATE(GONE)
        start(portId, lastId)
      } catch (error) {
        if (bytes > 0) release(bytes)
        return reject(error)
      }
      pending.set(lastId, { resolve, reject, bytes })
      port?.ref()
    }
    if (bytes > 0) admit({ bytes, begin })
    else begin()
  })
}

module.exports = { runJob }
