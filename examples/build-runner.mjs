// A parallel build runner: tasks with what they need, as many at a time as there are processors, their output live.
// On a terminal a line per running task shows what it said last; in a pipe or a log every line stands with its task's
// name. The first failure ends everything that still runs, with all that it started.
//   node examples/build-runner.mjs [--jobs N] [--keep-going] [TASKS.json]
// TASKS.json: { "name": { "command": ["file", "argument"], "needs": ["other"] } }; without it a small build is shown.

import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs, stripVTControlCharacters } from 'node:util'
import { run } from 'ironloop/child_process'

/** @typedef {{ command: string[], needs?: string[] }} Task */

const step = (/** @type {string} */ text, /** @type {number} */ ms) => [
  process.execPath,
  '-e',
  `setTimeout(() => console.log(${JSON.stringify(text)}), ${ms})`,
]
const SHOWN = {
  generate: { command: step('2 files generated', 200) },
  compile: { command: step('40 files compiled', 400), needs: ['generate'] },
  lint: { command: step('no complaints', 300) },
  test: { command: step('12 tests passed', 300), needs: ['compile'] },
  bundle: { command: step('80 KB', 200), needs: ['compile', 'lint'] },
}

const { values, positionals } = parseArgs({
  options: { jobs: { type: 'string' }, 'keep-going': { type: 'boolean', default: false } },
  allowPositionals: true,
})
const jobs = Number(values.jobs ?? availableParallelism())
/** @type {Record<string, Task>} */
const tasks = positionals[0] === undefined ? SHOWN : JSON.parse(readFileSync(positionals[0], 'utf8'))
const screen = process.stdout.isTTY ? liveScreen() : plainScreen()
const controller = new AbortController()

/** @type {Map<string, 'waiting' | 'running' | 'done' | 'failed' | 'skipped'>} */
const states = new Map(Object.keys(tasks).map((name) => [name, 'waiting']))
const needs = (/** @type {string} */ name) => tasks[name]?.needs ?? []
const count = (/** @type {string} */ state) => [...states.values()].filter((one) => one === state).length
for (const name of states.keys()) checkNeeds(name, [])

await advance()
screen.end()
console.log(['done', 'failed', 'skipped'].map((state) => `${count(state)} ${state}`).join(', '))
process.exitCode = count('done') === states.size ? 0 : 1

/** Starts what can be started; settles when nothing runs and nothing can. */
async function advance() {
  for (const [name, state] of states) {
    if (state !== 'waiting') continue
    const stuck = needs(name).some((other) => ['failed', 'skipped'].includes(states.get(other) ?? ''))
    if (stuck || controller.signal.aborted) states.set(name, 'skipped')
  }
  const ready = [...states].filter(([name, state]) => {
    return state === 'waiting' && needs(name).every((other) => states.get(other) === 'done')
  })
  const free = jobs - count('running')
  await Promise.all(ready.slice(0, free).map(([name]) => work(name).then(advance)))
}

/** @param {string} name */
async function work(name) {
  states.set(name, 'running')
  const started = performance.now()
  const [file = '', ...args] = tasks[name]?.command ?? []
  const options = { merge: true, killTree: true, dieWithParent: true, gracePeriodMs: 2000, signal: controller.signal }
  try {
    for await (const line of run(file, args, options)) screen.say(name, stripVTControlCharacters(line))
    states.set(name, 'done')
    screen.finish(name, `done in ${seconds(started)}`)
  } catch (thrown) {
    const error = /** @type {import('ironloop/child_process').RunError} */ (thrown)
    const ended = error.name === 'AbortError'
    states.set(name, ended ? 'skipped' : 'failed')
    screen.finish(name, ended ? 'ended, because another failed' : `failed after ${seconds(started)}: ${reason(error)}`)
    if (!values['keep-going']) controller.abort()
  }
}

/** @param {import('ironloop/child_process').RunError} error */
function reason({ exitCode, signal, message }) {
  return signal ?? (exitCode === null ? message : `exit code ${exitCode}`)
}

/** @param {number} started */
function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}

/**
 * Refuses what is missing and what goes round in a circle.
 * @param {string} name
 * @param {string[]} above
 */
function checkNeeds(name, above) {
  if (tasks[name] === undefined) throw new Error(`no task is named '${name}'`)
  if (above.includes(name)) throw new Error(`a circle: ${[...above, name].join(' needs ')}`)
  for (const other of needs(name)) checkNeeds(other, [...above, name])
}

/** Every line at once, with its task's name. */
function plainScreen() {
  const say = (/** @type {string} */ name, /** @type {string} */ text) => console.log(`[${name}] ${text}`)
  return { say, finish: say, end() {} }
}

/** Finished tasks above, a line for each that runs below, drawn anew when something is said. */
function liveScreen() {
  /** @type {Map<string, string>} */
  const lines = new Map()
  let drawn = 0
  const width = () => process.stdout.columns || 80
  const clear = () => (drawn > 0 ? `\x1b[${drawn}A\x1b[J` : '')
  function draw(above = '') {
    const rows = [...lines].map(([name, text]) => `  ${name}: ${text}`.slice(0, width() - 1))
    process.stdout.write(`${clear()}${above}${rows.map((row) => `${row}\n`).join('')}`)
    drawn = rows.length
  }
  return {
    say(/** @type {string} */ name, /** @type {string} */ text) {
      lines.set(name, text)
      draw()
    },
    finish(/** @type {string} */ name, /** @type {string} */ text) {
      lines.delete(name)
      draw(`${name}: ${text}\n`)
    },
    end: () => draw(),
  }
}
