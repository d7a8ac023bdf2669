'use strict'

// From rounds to the one object that --json prints.
//
//   { scenario, unit, better, machine, params, contenders: { name: { median, p99, rounds } }, ratios: { peer: n } }
//
// A scenario with rows adds `rows`, each { row, params, contenders, ratios } in the same shape; its own params,
// contenders and ratios are those of its first row. Additions that appear only where they apply: `absent` (contender ->
// why), `bars` (what was asked for), `stolen` (what part of the processor time the host gave to others), and for nanosecond scenarios `control` (the A/A row) and `counts`.

const { controlOf } = require('./plan.js')
const { paramsOfRows } = require('./scenario.js')
const { figureOf, median, p99, ratio, significant } = require('./statistics.js')

/** A bar is met from this share of it. */
const MET_FROM = 0.95

/**
 * @param {any} scenario
 * @param {{ rows: Map<number, import('./plan.js').Row>, facts: Record<string, string> }} found
 * @param {object} machine
 * @param {number} [stolen] what part of the processor time the host gave to others meanwhile
 */
function resultOf(scenario, found, machine, stolen) {
  const all = paramsOfRows(scenario)
  const rows = [...found.rows].map(([index, row]) => rowOf(scenario, all[index], row))
  const { row: _, ...first } = rows[0]
  const { name, unit, better } = scenario
  const head = { scenario: name, unit, better, machine, ...(stolen && { stolen: significant(stolen, 2) }) }
  const whole = scenario.rows === undefined ? { ...head, ...first } : { ...head, ...first, rows }
  if (scenario.mode === 'nanoseconds') {
    return { ...whole, counts: rows.every(({ control }) => control.counts) }
  }
  return whole
}

/**
 * @param {any} scenario
 * @param {any} params
 * @param {import('./plan.js').Row} row
 */
function rowOf(scenario, { name, atLeast, limit, slow: _, ...params }, row) {
  const { better, mode } = scenario
  /** @type {Record<string, any>} */
  const contenders = {}
  for (const contender of Object.keys(scenario.contenders)) {
    const series = row.contenders.get(contender)
    if (series) contenders[contender] = summary(series, better)
  }
  const of = (/** @type {string} */ contender) => figureOf(contenders[contender].rounds, mode, better)
  /** @type {Record<string, number>} */
  const ratios = {}
  for (const contender of Object.keys(contenders)) {
    if (contender === 'ironloop' || scenario.contenders[contender].ratio === false || !contenders.ironloop) continue
    ratios[contender] = significant(ratio(of('ironloop'), of(contender), better), 3)
  }
  const rounds = Math.max(0, ...Object.values(contenders).map((one) => one.rounds.length))
  const bars = barsOf(atLeast, limit, ratios, contenders.ironloop && of('ironloop'), better)
  return {
    row: name,
    params: { ...(name && { row: name }), ...params, mode, rounds },
    contenders,
    ratios,
    ...(bars && { bars }),
    ...(Object.keys(row.absent).length > 0 && { absent: row.absent }),
    ...(row.control && { control: rounded(controlOf(row, better)) }),
  }
}

/** @param {any} control */
function rounded(control) {
  return { ...control, ratio: significant(control.ratio, 3) }
}

/**
 * @param {import('./plan.js').Series} series
 * @param {'lower' | 'higher'} better
 */
function summary({ rounds, samples }, better) {
  const values = rounds.map((value) => significant(value))
  return { median: significant(median(values)), p99: significant(p99(samples, better)), rounds: values }
}

/**
 * @param {Record<string, number> | undefined} atLeast peer -> ratio asked for
 * @param {number | undefined} limit that ironloop's own value must keep
 * @param {Record<string, number>} ratios
 * @param {number | undefined} ours
 * @param {'lower' | 'higher'} better
 */
function barsOf(atLeast, limit, ratios, ours, better) {
  /** @type {Record<string, { atLeast?: number, limit?: number, met: boolean }>} */
  const bars = {}
  for (const [peer, asked] of Object.entries(atLeast ?? {})) {
    if (peer in ratios) bars[peer] = { atLeast: asked, met: ratios[peer] >= asked * MET_FROM }
  }
  if (limit !== undefined && ours !== undefined) {
    bars.ironloop = { limit, met: better === 'lower' ? ours <= limit : ours >= limit }
  }
  return Object.keys(bars).length > 0 ? bars : undefined
}

module.exports = { resultOf }
