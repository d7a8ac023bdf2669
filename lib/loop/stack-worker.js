'use strict'

// The thread that takes stacks. It waits for the watchdog in its own loop; asked for a stack, it connects an inspector
// session to the blocked thread, has it tell where it is, and disconnects. No session is open otherwise.

const { parentPort, workerData } = require('node:worker_threads')
const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const { framesOf, textOf } = require('./frames.js')
const { Target } = require('./target.js')

const OVER = 'it was over, or in native code, before its stack could be taken'

const UNREACHED = 'it was over before its thread could be reached, by way of the main thread'

/** Captures that go on, by block. @type {Map<number, Target>} */
const captures = new Map()
const port = openPort({ deliverNext, ticks: true })
const number = native().loopOpenCapture(port.id, workerData.of)
/** @type {{ block: number, threadId: number, release: boolean }[]} */
let asked = []

function deliverNext() {
  if (asked.length === 0) asked = native().loopTakeAsked(number)
  const next = asked.shift()
  if (next === undefined) return false
  if (next.release) release(next.block)
  else capture(next.block, next.threadId)
  return true
}

/**
 * Never rejects.
 * @param {number} block
 * @param {number} threadId
 */
async function capture(block, threadId) {
  const target = new Target(threadId, () => native().loopAsking(block))
  captures.set(block, target)
  try {
    await read(block, target, await target.stack())
  } catch (reason) {
    refuse(block, /** @type {string} */ (reason))
  } finally {
    captures.delete(block)
    target.close(OVER)
  }
}

/**
 * @param {number} block
 * @param {Target} target
 * @param {{ callFrames: import('./target.js').CallFrame[], agoNs: number }} told
 */
async function read(block, target, { callFrames, agoNs }) {
  try {
    if (!native().loopAnswered(block, agoNs)) return refuse(block, OVER)
    report(block, framesOf(callFrames, await target.mapURLs(callFrames)))
  } catch (error) {
    refuse(block, `it could not be read: ${/** @type {Error} */ (error).message}`)
  }
}

/**
 * @param {number} block
 * @param {import('./frames.js').Frame[]} frames
 */
function report(block, frames) {
  if (frames.every(isNodes)) return refuse(block, 'the code that blocked had returned before its stack could be taken')
  native().loopCaptured(block, textOf(frames), JSON.stringify(frames))
}

/** @param {import('./frames.js').Frame} frame */
function isNodes({ file }) {
  return file.startsWith('node:') || file === ''
}

/**
 * The block is over. A thread that has been asked will answer, or has, and the answer is on its way.
 * @param {number} block
 */
function release(block) {
  const target = captures.get(block)
  if (target?.asked === false) target.close(UNREACHED)
}

/**
 * @param {number} block
 * @param {string} reason
 */
function refuse(block, reason) {
  native().loopCaptured(block, undefined, undefined, reason)
}

port.ref()
parentPort?.postMessage('ready')
