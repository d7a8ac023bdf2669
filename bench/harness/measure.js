'use strict'

// One contender, one row, in the process that measures: calibration, and rounds of samples.

const { median, best } = require('./statistics.js')
const { toUnit } = require('./units.js')

/** A sample shorter than this would measure the clock. */
const SHORTEST_SAMPLE_NS = 20e3
/** More samples than this per round tell p99 nothing new. */
const MOST_SAMPLES = 2000

/**
 * @typedef {{ roundMs: number, warmupMs: number, smallest: boolean }} Pace
 *   `smallest`: a round counts as its best sample instead of its mean
 */

/** One contender, ready to be measured. */
class Subject {
  #scenario
  #contender
  #params
  /** @type {any} */ #state
  #runsPerSample = 1
  #samplesPerRound = 1

  /**
   * @param {any} scenario
   * @param {string} name
   * @param {any} params
   */
  constructor(scenario, name, params) {
    this.#scenario = scenario
    this.#contender = scenario.contenders[name]
    this.#params = params
    this.name = name
  }

  /** @param {any} fixture */
  async setup(fixture) {
    const { setup } = this.#contender
    this.#state = setup ? await setup.call(this.#contender, this.#params, fixture) : fixture
  }

  async teardown() {
    await this.#contender.teardown?.(this.#state, this.#params)
  }

  /** What this contender answers, to be compared; undefined where a measuring contender has nothing to show. */
  async answer() {
    const { answer, run } = this.#contender
    return (answer ?? run)?.call(this.#contender, this.#state, this.#params)
  }

  /**
   * Runs until the code is warm, then fits the number of runs to the length of a round.
   * @param {Pace} pace
   */
  async warmUp({ roundMs, warmupMs }) {
    if (this.#contender.measure) {
      if (this.#scenario.warmup !== false) await this.#contender.measure(this.#state, this.#params)
      return
    }
    let runs = 0
    const started = process.hrtime.bigint()
    let elapsed = 0
    let last = 0
    do {
      const before = elapsed
      await this.#timed(1)
      elapsed = Number(process.hrtime.bigint() - started)
      last = elapsed - before
      runs++
    } while (elapsed < warmupMs * 1e6)
    const perRun = Math.min(last, elapsed / runs)
    this.#runsPerSample = Math.max(1, Math.ceil(SHORTEST_SAMPLE_NS / perRun))
    const fitting = Math.round((roundMs * 1e6) / (perRun * this.#runsPerSample))
    if (fitting > MOST_SAMPLES) this.#runsPerSample *= Math.ceil(fitting / MOST_SAMPLES)
    this.#samplesPerRound = Math.min(MOST_SAMPLES, Math.max(1, fitting))
  }

  /**
   * One round, in the scenario's unit.
   * @param {Pace} pace
   * @returns {Promise<{ value: number, samples: number[] }>}
   */
  async round({ smallest }) {
    const { unit, better } = this.#scenario
    if (this.#contender.measure) {
      const measured = await this.#contender.measure(this.#state, this.#params)
      const samples = Array.isArray(measured) ? measured : [measured]
      return { value: smallest ? best(samples, better) : median(samples), samples }
    }
    const { operations = 1, bytes = 0 } = this.#params
    const work = (/** @type {number} */ runs) => ({ operations: operations * runs, bytes: bytes * runs })
    const samples = []
    let total = 0
    for (let sample = 0; sample < this.#samplesPerRound; sample++) {
      const elapsed = await this.#timed(this.#runsPerSample)
      total += elapsed
      samples.push(toUnit(unit, elapsed, work(this.#runsPerSample)))
    }
    const mean = toUnit(unit, total, work(this.#runsPerSample * this.#samplesPerRound))
    return { value: smallest ? best(samples, better) : mean, samples }
  }

  /**
   * Nanoseconds for `runs` runs. A run that returns no promise is not awaited: a tick would cost more than it.
   * @param {number} runs
   */
  async #timed(runs) {
    const contender = this.#contender
    const state = this.#state
    const params = this.#params
    const started = process.hrtime.bigint()
    for (let at = 0; at < runs; at++) {
      const result = contender.run(state, params)
      if (typeof result?.then === 'function') await result
    }
    return Number(process.hrtime.bigint() - started)
  }
}

module.exports = { Subject }
