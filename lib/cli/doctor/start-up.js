'use strict'

// When a program has started: what it loads and reads until then is no fault. A CommonJS program has once its main module
// is evaluated. Of an ES module nobody tells, so it is the first time that the loop had nothing to do, or a server
// listened; and at the latest after two seconds.

const { channel } = require('node:diagnostics_channel')
const { performance } = require('node:perf_hooks')
const { clearTimeout, setImmediate, setTimeout } = require('node:timers')

const LATEST_MS = 2000
const LOOK_EVERY_MS = 10

/** @param {(at: number, surely: boolean) => void} started called once, with the time since 1970 and whether that is certain */
function monitorStart(started) {
  let over = false
  let before = performance.eventLoopUtilization()
  const end = (surely = true) => {
    if (over) return
    over = true
    clearTimeout(timer)
    listening.unsubscribe(listens)
    started(performance.timeOrigin + performance.now(), surely)
  }
  const listens = () => end()
  const look = () => {
    const { idle } = performance.eventLoopUtilization(before)
    before = performance.eventLoopUtilization()
    if (mainModule()?.loaded) return end()
    if (idle > LOOK_EVERY_MS / 2 || performance.now() > LATEST_MS) return end(false)
    timer = setTimeout(look, LOOK_EVERY_MS).unref()
  }
  const listening = channel('tracing:net.server.listen:asyncEnd')
  listening.subscribe(listens)
  let timer = setTimeout(look, LOOK_EVERY_MS).unref()
  setImmediate(() => {
    if (mainModule()?.loaded) end()
  }).unref()
  return { isOver: () => over }
}

/** @returns {{ loaded: boolean } | undefined} */
function mainModule() {
  return process.mainModule
}

module.exports = { monitorStart }
