'use strict'

// The process that measures. Started by plan.js as `node process.js <order as JSON>`; what it finds goes to fd 3, one
// JSON object per line: { round }, { absent }, { progress }, and at the end { facts } or { failure }.
// stdout belongs to nobody here, so that a contender that prints cannot spoil --json.

const { writeSync } = require('node:fs')
const { isDeepStrictEqual, inspect } = require('node:util')
const { load, paramsOfRows, absence } = require('./scenario.js')
const { Subject } = require('./measure.js')

/** @param {object} line */
function tell(line) {
  writeSync(3, `${JSON.stringify(line)}\n`)
}

/** Whose turn it is: shown as progress, and named if it fails. */
let turn = { contender: '', row: 0 }

/** @param {{ contender: string, row: number, round?: number }} next */
function announce(next) {
  turn = next
  tell({ progress: next })
}

/** Each contender's round starts from a collected heap: nobody pays for another's garbage. */
function collectGarbage() {
  const { gc } = /** @type {any} */ (globalThis)
  if (gc) gc()
}

/**
 * @typedef {{ file: string, task: 'check' | 'measure', rows: number[], contenders: string[], rounds: number,
 *   pace: import('./measure.js').Pace, quick: boolean }} Order
 * @param {Order} order
 */
async function obey(order) {
  const scenario = await load(order.file)
  const rows = paramsOfRows(scenario)
  for (const row of order.rows) {
    const params = { ...rows[row], quick: order.quick }
    const subjects = []
    for (const name of order.contenders) {
      const reason = absence(scenario.contenders[name], params)
      if (reason) tell({ absent: { row, contender: name, reason } })
      else subjects.push(new Subject(scenario, name, params))
    }
    const fixture = await scenario.fixture?.(params)
    await (order.task === 'check' ? check : measure)({ scenario, order, row, params, subjects, fixture })
  }
}

/** All contenders, one after the other, must give the same answer. */
async function check(/** @type {any} */ { scenario, row, params, subjects, fixture }) {
  /** @type {Record<string, unknown>} */
  const answers = {}
  for (const subject of subjects) {
    announce({ row, contender: subject.name })
    await subject.setup(fixture)
    const answer = await subject.answer()
    if (answer !== undefined) answers[subject.name] = answer
    await subject.teardown()
  }
  turn = { contender: '', row }
  const [first, ...others] = Object.keys(answers)
  for (const other of others) {
    if (!isDeepStrictEqual(answers[first], answers[other])) {
      const shown = (/** @type {string} */ name) =>
        `${name}: ${inspect(answers[name], { breakLength: Infinity }).slice(0, 200)}`
      throw new Error(
        `the contenders disagree${params.name ? ` on "${params.name}"` : ''}: ${shown(first)}; ${shown(other)}`
      )
    }
  }
  if (scenario.check && scenario.check(answers, params, fixture) === false) {
    throw new Error(`the contenders agree on a wrong answer${params.name ? ` on "${params.name}"` : ''}`)
  }
}

/** Rounds of all contenders in this process, interleaved, each round beginning with another contender. */
async function measure(/** @type {any} */ { order, row, subjects, fixture }) {
  for (const subject of subjects) {
    announce({ row, contender: subject.name, round: -1 })
    await subject.setup(fixture)
    await subject.warmUp(order.pace)
  }
  for (let round = 0; round < order.rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const subject = subjects[(round + turn) % subjects.length]
      announce({ row, contender: subject.name, round })
      collectGarbage()
      tell({ round: { row, contender: subject.name, ...(await subject.round(order.pace)) } })
    }
  }
  for (const subject of subjects) await subject.teardown()
}

obey(JSON.parse(process.argv[2])).then(
  () => {
    const { node, v8, uv } = process.versions
    tell({ facts: { node, v8, uv } })
    process.exit(0)
  },
  (error) => {
    const { name, message, code, stack } = error ?? {}
    tell({ failure: { name, message: message ?? String(error), code, stack, ...turn } })
    process.exit(1)
  }
)
