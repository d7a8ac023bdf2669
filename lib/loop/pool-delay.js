'use strict'

// How long work waits for a thread of libuv's pool, which carries fs, dns.lookup, crypto and zlib: a work item that does
// nothing tells it, four times a second while somebody asks.

const { performance } = require('node:perf_hooks')
const { clearInterval, setInterval } = require('node:timers')
const { native } = require('../internal/native.js')

const EVERY_MS = 250
/** Whoever has not asked for so long does not ask any more. */
const FORGOTTEN_MS = 10_000
const DEFAULT_SIZE = 4
const MOST = 1024

/** @type {NodeJS.Timeout | undefined} */
let timer
let asked = 0
/** When the probe was sent that is on its way. @type {number | undefined} */
let sent
/** @type {number | undefined} */
let delayMs

/** As libuv reads it, when its first work is queued. */
function size() {
  const asked = process.env.UV_THREADPOOL_SIZE
  if (asked === undefined) return DEFAULT_SIZE
  return Math.min(MOST, Math.max(1, Number.parseInt(asked, 10) || 0))
}

function probe() {
  if (performance.now() - asked > FORGOTTEN_MS) {
    clearInterval(timer)
    timer = undefined
    return
  }
  if (sent !== undefined) return
  sent = performance.now()
  native()
    .loopProbePool()
    .then((/** @type {number} */ waited) => {
      delayMs = waited
      sent = undefined
    })
}

function observePool() {
  asked = performance.now()
  if (timer === undefined) {
    probe()
    timer = setInterval(probe, EVERY_MS).unref()
  }
  const waiting = sent === undefined ? 0 : performance.now() - sent
  return { size: size(), delayMs: delayMs === undefined ? undefined : Math.max(delayMs, waiting) }
}

module.exports = { observePool }
