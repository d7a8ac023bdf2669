'use strict'

// Which processes measure what, in which order. Returns for every row and contender its rounds and samples.
//
//   interleaved   one process, all contenders set up side by side, rounds take turns
//   alternating   one process per contender and round
//   nanoseconds   one process per contender, row and round, at least 14 rounds, each counting as its best sample; one
//                 peer runs twice under two names (A/A): where those two differ by more than 6 %, the run does not count

const { spawn } = require('node:child_process')
const path = require('node:path')
const { createInterface } = require('node:readline')
const { paramsOfRows } = require('./scenario.js')
const { best, ratio } = require('./statistics.js')
const { UsageError } = require('./usage-error.js')

const CONTROL_WITHIN = 0.06
const NANOSECOND_ROUNDS = 14
const MORE_ROUNDS = 7
const MOST_ROUNDS = 35
const PROCESS_TIMEOUT_MS = 30 * 60e3

/**
 * @typedef {{ rounds: number[], samples: number[] }} Series
 * @typedef {{ contenders: Map<string, Series>, absent: Record<string, string>, control?: string }} Row
 * @typedef {{ node: string, rounds?: number, quick: boolean, row?: string, progress: (text: string) => void }} Options
 */

/**
 * @param {any} scenario
 * @param {string} file
 * @param {Options} options
 */
async function carryOut(scenario, file, options) {
  const plan = new Plan(scenario, file, options)
  await plan.check()
  await plan[/** @type {'interleaved' | 'alternating' | 'nanoseconds'} */ (scenario.mode)]()
  return { rows: plan.rows, facts: plan.facts }
}

class Plan {
  /** @type {Map<number, Row>} */ rows = new Map()
  /** @type {Record<string, string>} */ facts = {}
  #scenario
  #file
  #options
  #rowNames
  #names

  /**
   * @param {any} scenario
   * @param {string} file
   * @param {Options} options
   */
  constructor(scenario, file, options) {
    this.#scenario = scenario
    this.#file = file
    this.#options = options
    this.#names = Object.keys(scenario.contenders)
    const params = paramsOfRows(scenario)
    this.#rowNames = params.map(({ name }) => name ?? '')
    for (const [index, { name = '', slow }] of params.entries()) {
      if (options.row !== undefined && !name.includes(options.row)) continue
      if (options.quick && slow && options.row === undefined) continue
      this.rows.set(index, { contenders: new Map(), absent: {} })
    }
    if (this.rows.size === 0) throw new UsageError(`scenario ${scenario.name} has no row like "${options.row}"`)
  }

  get #pace() {
    const smallest = this.#scenario.mode === 'nanoseconds'
    return this.#options.quick
      ? { roundMs: 20, warmupMs: 20, smallest }
      : { roundMs: smallest ? 60 : 100, warmupMs: smallest ? 60 : 200, smallest }
  }

  /** @param {number} usual */
  #rounds(usual) {
    return this.#options.rounds ?? (this.#options.quick ? 3 : (this.#scenario.rounds ?? usual))
  }

  check() {
    return this.#process({ task: 'check', rows: [...this.rows.keys()], contenders: this.#names, rounds: 0 })
  }

  interleaved() {
    const rows = [...this.rows.keys()]
    return this.#process({ task: 'measure', rows, contenders: this.#names, rounds: this.#rounds(9) })
  }

  async alternating() {
    for (let round = 0; round < this.#rounds(9); round++) {
      for (const contender of turned(this.#names, round)) {
        const rows = [...this.rows.keys()]
        await this.#process({ task: 'measure', rows, contenders: [contender], rounds: 1, label: contender })
      }
    }
  }

  async nanoseconds() {
    for (const [index, row] of this.rows) {
      const present = this.#names.filter((name) => !(name in row.absent))
      const peer = present.find((name) => name !== 'ironloop') ?? present[0]
      row.control = `${peer} (A/A)`
      const asked = this.#rounds(NANOSECOND_ROUNDS)
      const rounds = this.#options.quick ? asked : Math.max(NANOSECOND_ROUNDS, asked)
      await this.#alternate(index, [...present, row.control], 0, rounds)
      if (this.#options.quick) continue
      for (let done = rounds; done < MOST_ROUNDS && !countsBy(row, this.#scenario.better); done += MORE_ROUNDS) {
        await this.#alternate(index, [...present, row.control], done, MORE_ROUNDS)
      }
    }
  }

  /**
   * @param {number} row
   * @param {string[]} labels
   * @param {number} from
   * @param {number} rounds
   */
  async #alternate(row, labels, from, rounds) {
    for (let round = from; round < from + rounds; round++) {
      for (const label of turned(labels, round)) {
        const contenders = [label.replace(/ \(A\/A\)$/, '')]
        await this.#process({ task: 'measure', rows: [row], contenders, rounds: 1, label, round })
      }
    }
  }

  /** @param {any} order */
  #process({ label, round: processRound, ...order }) {
    const { node, quick } = this.#options
    const whole = { file: this.#file, pace: this.#pace, quick, ...order }
    const args = ['--expose-gc', ...this.#scenario.nodeArgs, path.join(__dirname, 'process.js'), JSON.stringify(whole)]
    const child = spawn(node, args, { stdio: ['ignore', 2, 2, 'pipe'], timeout: PROCESS_TIMEOUT_MS })
    /** @type {any} */
    let failure
    const lines = createInterface({ input: /** @type {any} */ (child.stdio[3]) })
    lines.on('line', (line) => {
      const told = JSON.parse(line)
      if (told.round) this.#keep({ ...told.round, contender: label ?? told.round.contender })
      if (told.absent)
        /** @type {Row} */ (this.rows.get(told.absent.row)).absent[told.absent.contender] = told.absent.reason
      if (told.progress)
        this.#progress({ ...told.progress, round: processRound ?? told.progress.round, task: order.task })
      if (told.facts) this.facts = told.facts
      if (told.failure) failure = told.failure
    })
    const read = new Promise((resolve) => lines.once('close', resolve))
    return new Promise((resolve, reject) => {
      child.once('error', ({ message }) => reject(new UsageError(`cannot start ${node}: ${message}`)))
      child.once('close', async (code, signal) => {
        await read
        if (code === 0) return resolve(undefined)
        reject(
          this.#failure(failure ?? { message: `the measuring process ended with ${signal ?? `exit code ${code}`}` })
        )
      })
    })
  }

  /** @param {any} failure */
  #failure({ message, name, code, stack, contender, row }) {
    if (name === 'UsageError') return new UsageError(message)
    const who = contender && [this.#rowNames[row], contender].filter(Boolean).join(', ')
    const whole = stack?.includes(message) ? stack : message
    return Object.assign(new Error(message), { code, stack: who ? `${this.#scenario.name} (${who}): ${whole}` : whole })
  }

  /** @param {any} round */
  #keep({ row, contender, value, samples }) {
    const { contenders } = /** @type {Row} */ (this.rows.get(row))
    const series = contenders.get(contender) ?? { rounds: [], samples: [] }
    contenders.set(contender, series)
    series.rounds.push(value)
    series.samples.push(...samples)
  }

  /** @param {any} at */
  #progress({ row, contender, round, task }) {
    const parts = [
      this.#scenario.name,
      this.#rowNames[row],
      contender,
      task === 'check' ? 'check' : round < 0 ? 'warm-up' : `round ${round + 1}`,
    ]
    this.#options.progress(parts.filter(Boolean).join(' · '))
  }
}

/**
 * The same names, beginning with another one in each round.
 * @param {string[]} names
 * @param {number} round
 */
function turned(names, round) {
  return names.map((_, at) => names[(at + round) % names.length])
}

/**
 * The A/A ratio of a row measured in nanoseconds, and whether the row counts by it.
 * @param {Row} row
 * @param {'lower' | 'higher'} better
 */
function controlOf(row, better) {
  const again = /** @type {string} */ (row.control)
  const peer = again.replace(/ \(A\/A\)$/, '')
  const minimum = (/** @type {string} */ name) => best(/** @type {Series} */ (row.contenders.get(name)).rounds, better)
  const found = ratio(minimum(peer), minimum(again), better)
  return { contender: peer, ratio: found, counts: Math.abs(found - 1) <= CONTROL_WITHIN }
}

/**
 * @param {Row} row
 * @param {'lower' | 'higher'} better
 */
function countsBy(row, better) {
  return controlOf(row, better).counts
}

module.exports = { carryOut, controlOf, turned }
