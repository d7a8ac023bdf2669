'use strict'

// Runs the program as a child: its own terminal, its own streams, its own end.

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')

const PRELOAD = path.join(__dirname, 'preload.js')
/** @type {readonly NodeJS.Signals[]} */
const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGWINCH', 'SIGCONT']
/** A terminal sends these to the program itself. @type {readonly NodeJS.Signals[]} */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT']

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null, at: number }} Ended */

/**
 * @param {import('./arguments.js').Arguments} args
 * @param {string} directory where the program leaves its records
 * @returns {Promise<Ended>}
 */
async function runWatched({ program, thresholdMs, workers }, directory) {
  const settings = JSON.stringify({ directory, thresholdMs, workers })
  const child = spawn(process.execPath, [...process.execArgv, '--require', PRELOAD, ...program], {
    stdio: 'inherit',
    env: { ...process.env, IRONLOOP_DOCTOR: settings },
  })
  const stop = passSignals(child)
  const [code, signal] = await once(child, 'exit')
  stop()
  return { code, signal, at: Date.now() }
}

/** @param {import('node:child_process').ChildProcess} child */
function passSignals(child) {
  const byTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  const pass = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal)
  const stay = () => {}
  /** @type {[NodeJS.Signals, (signal: NodeJS.Signals) => void][]} */
  const handlers = [
    ...PASSED_ON.map((signal) => /** @type {[NodeJS.Signals, typeof pass]} */ ([signal, pass])),
    ...FROM_TERMINAL.map((signal) => /** @type {[NodeJS.Signals, typeof pass]} */ ([signal, byTerminal ? stay : pass])),
  ]
  for (const [signal, handler] of handlers) process.on(signal, handler)
  return () => {
    for (const [signal, handler] of handlers) process.removeListener(signal, handler)
  }
}

/**
 * Ends this process as the program ended.
 * @param {Ended} ended
 * @param {() => void} last what is to be done before a signal ends this process
 * @returns {number} the exit code, where it was no signal
 */
function endAs({ code, signal }, last) {
  if (signal === null) return code ?? 1
  last()
  process.kill(process.pid, signal)
  return 1
}

module.exports = { endAs, runWatched }
