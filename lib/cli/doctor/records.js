'use strict'

// What the watched program leaves behind: lines of JSON in a file of its own, written at once, since a program may end in
// any way at any moment. Times are milliseconds since 1970, by the monotonic clock.

const fs = require('node:fs')
const path = require('node:path')
const { performance } = require('node:perf_hooks')

// As they were before any wrapping.
const { openSync, writeSync } = fs

class Records {
  #file

  /** @param {string} directory */
  constructor(directory) {
    this.#file = openSync(path.join(directory, `${process.pid}.jsonl`), 'a')
    /** Where the native watchdog writes blocks while they last. */
    this.blocksFile = path.join(directory, `${process.pid}.blocks`)
    this.write({
      kind: 'start',
      at: performance.timeOrigin,
      pid: process.pid,
      node: process.version,
      argv: process.argv,
    })
  }

  now() {
    return performance.timeOrigin + performance.now()
  }

  /** @param {object} record */
  write(record) {
    try {
      writeSync(this.#file, `${JSON.stringify(record)}\n`)
    } catch {
      // The disk is full, or whoever started us is gone: the program goes on without being watched.
    }
  }

  /** @param {any} block of ironloop/loop */
  block({ startTime, blockedMs, cause, frames, stackMissing }) {
    this.write({ kind: 'block', at: performance.timeOrigin + startTime, ms: blockedMs, cause, frames, stackMissing })
  }
}

module.exports = { Records }
