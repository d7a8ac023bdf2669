'use strict'

// The thread that takes stacks. It waits for the watchdog in its own loop; asked for a stack, it connects an inspector
// session to the blocked thread, makes it stop where it is, reads, and lets it go on. No session is open otherwise.

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
 * @param {number} block
 * @param {number} threadId
 */
function capture(block, threadId) {
  const asking = () => native().loopAsking(block)
  const target = new Target(threadId, asking, (callFrames, scripts) => {
    try {
      // The thread stands still: what is true now is true of the place where it stopped.
      if (!whileStopped(block)) return refuse(block, OVER)
      report(block, framesOf(callFrames, scripts))
    } catch (error) {
      refuse(block, `it could not be read: ${/** @type {Error} */ (error).message}`)
    }
  })
  captures.set(block, target)
  try {
    target.stop()
  } catch (error) {
    captures.delete(block)
    target.close()
    refuse(block, `the inspector refused: ${/** @type {Error} */ (error).message}`)
  }
}

/**
 * Lets the thread go on, whatever happens here. False if it does not stand where the block was.
 * @param {number} block
 */
function whileStopped(block) {
  try {
    return native().loopStopped(block)
  } finally {
    release(block)
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
 * Also of a block that is over before its thread stopped.
 * @param {number} block
 */
function release(block) {
  const target = captures.get(block)
  if (target === undefined) return
  captures.delete(block)
  target.close()
  if (!target.stopped) refuse(block, target.asked ? OVER : UNREACHED)
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
