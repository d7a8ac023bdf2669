'use strict'

// What a callback is called, and where it was asked for.

const path = require('node:path')
const { fileURLToPath } = require('node:url')

/** Frames of Node's own, and of the tracer's. */
const OWN = [path.join(__dirname, '..'), 'node:', '(<anonymous>)']
const PLACE = /\(?((?:file:|\/|[A-Za-z]:\\).*?):(\d+):\d+\)?$/
const FRAMES = 20

/** The nearest frame of the program, as file and line. */
function placeOf() {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = FRAMES
  const here = { stack: '' }
  Error.captureStackTrace(here, placeOf)
  Error.stackTraceLimit = limit
  for (const line of here.stack.split('\n').slice(1)) {
    if (OWN.some((own) => line.includes(own))) continue
    const found = PLACE.exec(line)
    if (found === null) continue
    const file = found[1].startsWith('file:') ? fileURLToPath(found[1]) : found[1]
    return `${path.basename(file)}:${found[2]}`
  }
  return ''
}

/** Where each kind of resource keeps its callback. @type {Record<string, (resource: any) => any>} */
const CALLBACKS = {
  Timeout: (timeout) => timeout._onTimeout,
  Immediate: (immediate) => immediate._onImmediate,
  TickObject: (tick) => tick.callback,
  Microtask: (microtask) => microtask.callback,
  FSREQCALLBACK: (request) => request.oncomplete,
}

/**
 * @param {string} name
 * @param {string} type
 * @param {any} resource
 */
function labelOf(name, type, resource) {
  const callback = CALLBACKS[type]?.(resource)
  return name || (typeof callback === 'function' ? callback.name : '')
}

module.exports = { labelOf, placeOf }
