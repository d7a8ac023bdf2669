'use strict'

// What the watched program leaves behind: lines of JSON in a file of its own, written at once, since a program may end in
// any way at any moment. Times are milliseconds since 1970, by the monotonic clock.

const fs = require('node:fs')
const path = require('node:path')
const { performance } = require('node:perf_hooks')
const { isMainThread, threadId } = require('node:worker_threads')

// As they were before any wrapping.
const { openSync, writeSync } = fs
const { stringify } = JSON

class Records {
  #file

  /** @param {string} directory */
  constructor(directory) {
    const name = isMainThread ? `${process.pid}` : `${process.pid}-${threadId}`
    this.#file = openSync(path.join(directory, `${name}.jsonl`), 'a')
    /** Where the native watchdog writes blocks while they last. */
    this.blocksFile = path.join(directory, `${name}.blocks`)
    this.write({
      kind: 'start',
      at: isMainThread ? performance.timeOrigin : this.now(),
      pid: process.pid,
      worker: isMainThread ? undefined : threadId,
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
      writeSync(this.#file, `${stringify(record)}\n`)
    } catch {
      // The disk is full, or whoever started us is gone: the program goes on without being watched.
    }
  }

  /** @param {any} block of ironloop/loop */
  block({ startTime, blockedMs: ms, gcMs, cause, frames, stackMissing }) {
    this.write({ kind: 'block', at: performance.timeOrigin + startTime, ms, gcMs, cause, frames, stackMissing })
  }
}

module.exports = { Records }
