// A program whose work is known, 100 ms in timers, 60 ms in setImmediate callbacks and 40 ms in callbacks of files: by how
// much stats() is off what the program itself has measured around its callbacks.
import { stat } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(import.meta.url)
const STEP_MS = 10
/** The best counts: between two callbacks a busy machine may take the processor away, which neither can tell from work. */
const TRIES = 5

const start = {
  timers: (callback) => setTimeout(callback, 1),
  check: (callback) => setImmediate(callback),
  poll: (callback) => stat(FILE, callback),
}
const told = { timers: 'timersAndCallbacksMs', check: 'checkMs', poll: 'pollBusyMs' }

/** Works for so long, in callbacks of one kind, each in a turn of its own. Returns how long that was by the clock. */
async function work(kind, ms) {
  let spent = 0
  for (let left = ms / STEP_MS; left > 0; left--) {
    await new Promise((resolve) =>
      start[kind](() => {
        const began = performance.now()
        while (performance.now() < began + STEP_MS) Math.sqrt(began)
        spent += performance.now() - began
        resolve()
      })
    )
  }
  return spent
}

/** Percent by which one run of the program is told wrongly. */
async function off(stats, { kind, work: parts }) {
  const before = stats()
  const spent = {}
  for (const [part, ms] of Object.entries(parts)) spent[part] = await work(part, ms)
  await new Promise((resolve) => setTimeout(resolve, 1)) // the last turn is over
  return (Math.abs(stats(before)[told[kind]] - spent[kind]) / spent[kind]) * 100
}

export default {
  title: 'how far the time told by phase is off the time that a program has spent there',
  unit: '% off',
  better: 'lower',
  mode: 'alternating',
  rounds: 5,
  warmup: false,
  params: { work: { timers: 100, check: 60, poll: 40 } },
  rows: [
    { name: 'timers, 100 ms', kind: 'timers', limit: 10 },
    { name: 'check, 60 ms', kind: 'check', limit: 10 },
    { name: 'I/O, 40 ms', kind: 'poll', limit: 10 },
  ],
  contenders: {
    ironloop: {
      async setup() {
        const { stats } = await import('ironloop/loop')
        stats()
        await new Promise((resolve) => setTimeout(resolve, 5))
        return stats
      },
      async measure(stats, params) {
        let least = Number.POSITIVE_INFINITY
        for (let tries = 0; tries < TRIES; tries++) least = Math.min(least, await off(stats, params))
        return Math.max(least, 0.001)
      },
    },
  },
}
