'use strict'

// The heart of a loop whose host shows none: a timer that is late when the loop is blocked.

const { clearInterval, setInterval } = require('node:timers')
const { native } = require('../internal/native.js')

/** A block is seen this much later than by the loop's own hooks. */
const EVERY_MS = 5

/** @type {NodeJS.Timeout | undefined} */
let timer
let users = 0

function startBeating() {
  if (++users > 1) return
  const beat = () => native().loopBeat(EVERY_MS)
  beat()
  timer = setInterval(beat, EVERY_MS).unref()
}

function stopBeating() {
  if (--users === 0) clearInterval(timer)
}

module.exports = { startBeating, stopBeating }
