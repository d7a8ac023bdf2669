'use strict'

// `--compare`: the same job on ironloop and on plain Node, each run in a process of its own, in the order A B B A so that
// neither has the warmer cache; of each number the better one counts. The answers must be equal.

const { isDeepStrictEqual } = require('node:util')
const { join } = require('node:path')
const { openStatus } = require('./board.js')

/** @typedef {import('./engine/engine').Engine['name']} EngineName */
/** @typedef {import('./answer/answer').Answer} Answer */
/** @typedef {import('./answer/answer').Run} Run */
/** @typedef {{ rounds: Run[], best: Record<EngineName, Run>, equal: boolean, differences: string[] }} Comparison */

/** @type {EngineName[]} */
const ORDER = ['ironloop', 'node', 'node', 'ironloop']
const VOLATILE = ['run', 'compare']

/**
 * @param {string} root
 * @param {{ json: boolean }} options
 * @param {import('./engine/engine').Engine} engine what runs the children
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
async function compareEngines(root, options, engine, signal) {
  /** @type {Answer[]} */
  const answers = []
  const says = () => `  comparing: run ${answers.length + 1} of ${ORDER.length}, on ${ORDER[answers.length]} …`
  const board = openStatus(says, options)
  try {
    for (const name of ORDER) answers.push(await runApart(root, name, engine, signal))
  } finally {
    board.close()
  }
  return { ...answers[0], run: bestOf(answers, 'ironloop'), compare: describeComparison(answers) }
}

/** @param {string} root @param {EngineName} name @param {import('./engine/engine').Engine} engine @param {AbortSignal} signal */
async function runApart(root, name, engine, signal) {
  const args = [join(__dirname, 'index.js'), root, '--json', '--engine', name]
  // SIGINT, so that the child can end its own children.
  const output = engine.lines(process.execPath, args, { cwd: root, signal, killSignal: 'SIGINT' })
  let json = ''
  for await (const line of output) json = line
  const { exitCode } = await output.exited
  signal.throwIfAborted()
  if (exitCode !== 0) throw new Error(`the run on ${name} ended with exit code ${exitCode}`)
  return /** @type {Answer} */ (JSON.parse(json))
}

/** @param {Answer[]} answers @returns {Comparison} */
function describeComparison(answers) {
  const differences = new Set(answers.flatMap((answer) => differingParts(answers[0], answer)))
  return {
    rounds: answers.map(({ run }) => run),
    best: { ironloop: bestOf(answers, 'ironloop'), node: bestOf(answers, 'node') },
    equal: differences.size === 0,
    differences: [...differences],
  }
}

/** @param {Answer} one @param {Answer} other */
function differingParts(one, other) {
  const parts = Object.keys(one).filter((part) => !VOLATILE.includes(part))
  return parts.filter((part) => !isDeepStrictEqual(Reflect.get(one, part), Reflect.get(other, part)))
}

/** @param {Answer[]} answers @param {EngineName} engine @returns {Run} */
function bestOf(answers, engine) {
  const runs = answers.map(({ run }) => run).filter((run) => run.engine === engine)
  const least = (/** @type {'elapsedMs' | 'longestBlockMs' | 'cpuMs' | 'maxRssBytes'} */ key) =>
    Math.min(...runs.map((run) => run[key]))
  return {
    ...runs[0],
    elapsedMs: least('elapsedMs'),
    bytesPerSecond: Math.max(...runs.map((run) => run.bytesPerSecond)),
    longestBlockMs: least('longestBlockMs'),
    cpuMs: least('cpuMs'),
    maxRssBytes: least('maxRssBytes'),
  }
}

module.exports = { compareEngines, describeComparison }
