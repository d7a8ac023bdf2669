'use strict'

// From many results to what the report shows: for each scenario its rows, for each row its contenders, for each
// contender one figure per version of Node. Everything that is drawn or written comes from here.

const { figureOf } = require('../harness/statistics.js')
const { stolenText } = require('../harness/stolen.js')
const { asRatio } = require('../harness/table.js')

/**
 * @typedef {{ node: string, value: number, p99: number, ratio?: number }} Figure
 * @typedef {{ name: string, atLeast?: number, figures: Figure[], absent: string[] }} Contender
 * @typedef {{ name: string, contenders: Contender[], limit?: number, lost: string[], missed: string[], void: string[] }} Row
 * @typedef {{ name: string, unit: string, better: string, nodes: string[], machines: any[], rows: Row[], stolen: string[] }} Scenario
 */

/**
 * @param {{ result: any }[]} runs
 * @returns {Scenario[]} sorted by name
 */
function scenarios(runs) {
  const byName = grouped(runs)
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, ofScenario]) => {
      const results = ofScenario
        .map(({ result }) => result)
        .sort((a, b) => compareVersions(a.machine.node, b.machine.node))
      const { unit, better } = results[0]
      const nodes = results.map(({ machine }) => machine.node)
      const machines = results.map(({ machine }) => machine)
      const stolen = results.flatMap((result) => stolenUnder(result) ?? [])
      return { name, unit, better, nodes, machines, rows: rowsOf(results), stolen }
    })
}

/** @param {any} result */
function stolenUnder({ stolen, machine }) {
  const text = stolenText(stolen)
  return text && `under Node ${major(machine.node)} ${text}`
}

/** Map.groupBy, which Node 20 lacks. */
function grouped(/** @type {{ result: any }[]} */ runs) {
  /** @type {Map<string, { result: any }[]>} */
  const groups = new Map()
  for (const run of runs) {
    const group = groups.get(run.result.scenario) ?? []
    groups.set(run.result.scenario, group)
    group.push(run)
  }
  return groups
}

/**
 * @param {any[]} results of one scenario, one per version of Node
 * @returns {Row[]}
 */
function rowsOf(results) {
  /** @type {Map<string, Row>} */
  const rows = new Map()
  for (const result of results) {
    const { node } = result.machine
    for (const found of result.rows ?? [result]) {
      const name = found.row ?? ''
      /** @type {Row} */
      const row = rows.get(name) ?? { name, contenders: [], lost: [], missed: [], void: [] }
      rows.set(name, row)
      for (const contender of Object.keys({ ...found.contenders, ...found.absent })) add(row, contender, found, result)
      if (found.bars?.ironloop) row.limit = found.bars.ironloop.limit
      if (found.bars?.ironloop?.met === false) row.missed.push(`ironloop under Node ${major(node)}: limit ${row.limit}`)
      if (found.control && !found.control.counts) row.void.push(`Node ${major(node)}`)
    }
  }
  return [...rows.values()]
}

/**
 * @param {Row} row
 * @param {string} name
 * @param {any} found
 * @param {any} result that the row was found in
 */
function add(row, name, found, { better, machine: { node } }) {
  let contender = row.contenders.find((one) => one.name === name)
  if (!contender) row.contenders.push((contender = { name, figures: [], absent: [] }))
  if (!found.contenders[name]) return void contender.absent.push(`Node ${major(node)}: ${found.absent[name]}`)
  const { p99, rounds } = found.contenders[name]
  // JSON has null for the ratio to nothing, of a peer that saw none of what it was to see.
  const ratio = found.ratios[name] ?? undefined
  contender.figures.push({ node, value: figureOf(rounds, found.params.mode, better), p99, ratio })
  const bar = found.bars?.[name]
  if (bar?.atLeast !== undefined) contender.atLeast = bar.atLeast
  const under = `${name} under Node ${major(node)}: ${ratio}x`
  if (ratio < 1) row.lost.push(under)
  if (bar?.atLeast !== undefined && !bar.met) row.missed.push(`${under}, at least ${asRatio(bar.atLeast)}x was asked`)
}

/** @param {string} version */
function major(version) {
  return version.split('.')[0]
}

/**
 * @param {string} a
 * @param {string} b
 */
function compareVersions(a, b) {
  return a.localeCompare(b, 'en', { numeric: true })
}

module.exports = { scenarios, major, compareVersions }
