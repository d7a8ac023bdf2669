'use strict'

// The worker thread that takes this thread's stacks while it is blocked: started with the first watch that wants them, where
// no other thread of the process has one that runs.

const path = require('node:path')
const { clearInterval, setInterval } = require('node:timers')
const { Worker, threadId } = require('node:worker_threads')
const { native } = require('../internal/native.js')
const { obstacle } = require('./obstacle.js')

const ENTRY = path.join(__dirname, 'stack-worker.js')
/** How often it is looked whether somebody has opened the inspector's port. */
const LOOK_EVERY_MS = 1000

let users = 0
/** @type {Worker | undefined} */
let worker
/** @type {Promise<void>} */
let ready = Promise.resolve()
/** @type {NodeJS.Timeout | undefined} */
let looking

/** The breakpoints of a debugger that may be attached are met by what is evaluated. */
function debuggerMayBeAttached() {
  return require('node:inspector').url() !== undefined
}

function look() {
  const why = debuggerMayBeAttached() ? 'the inspector is open for a debugger' : undefined
  native().loopRefuseCapture(threadId, why)
  if (worker === undefined && !native().loopCanCapture()) startWorker()
}

function start() {
  if (++users > 1) return
  const why = obstacle()
  native().loopRefuseCapture(threadId, why)
  if (why !== undefined) return
  // One of the main thread's, or of another's, serves all; where it ends, the next look finds none.
  if (threadId === 0) startWorker()
  else look()
  looking = setInterval(look, LOOK_EVERY_MS).unref()
}

function startWorker() {
  const started = new Worker(ENTRY, { workerData: { of: threadId }, execArgv: [], name: 'ironloop-stacks' })
  worker = started
  ready = new Promise((resolve) => {
    started.once('message', () => {
      started.unref()
      if (users > 0 && worker === started) look()
      resolve()
    })
    started.once('error', () => resolve()) // then the reason is that it does not run
    started.once('exit', () => resolve())
  })
  started.unref()
}

/** Keeps the process until stacks can be taken. */
function whenReady() {
  worker?.ref()
  return ready
}

function stop() {
  if (--users > 0) return
  clearInterval(looking)
  worker?.terminate()
  worker = undefined
}

module.exports = { stacks: { start, stop, whenReady } }
