'use strict'

// The result for people: aligned columns, no colours, the same in a terminal and in a file.

const { figureOf } = require('./statistics.js')
const { stolenText } = require('./stolen.js')

/** @param {any} result */
function table(result) {
  const { machine } = result
  const packages = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`)
  const lines = [
    `${result.scenario}   ${result.unit}, ${result.better} is better; ratio above 1: ironloop is better`,
    `node ${machine.node}, ${packages.join(', ')}; ${machine.cpu}, ${machine.cores} cores, ${machine.platform}`,
  ]
  const stolen = stolenText(result.stolen)
  if (stolen) lines.push(stolen)
  for (const row of result.rows ?? [result]) lines.push('', ...rowLines(row, result))
  return `${lines.join('\n')}\n`
}

/**
 * @param {any} row
 * @param {any} result
 */
function rowLines(row, { unit, better }) {
  const cells = [[row.row ?? '', unit, 'p99', 'ratio', '']]
  for (const [name, { rounds, p99 }] of Object.entries(row.contenders)) {
    const value = number(figureOf(rounds, row.params.mode, better))
    const compared = name in row.ratios ? `${number(row.ratios[name])}x` : ''
    cells.push([`  ${name}`, value, number(p99), compared, bar(row.bars?.[name])])
  }
  const widths = cells[0].map((_, at) => Math.max(...cells.map((line) => line[at].length), at === 0 ? 28 : 9))
  const lines = cells.map((line) =>
    line
      .map((cell, at) => (at === 0 || at === 4 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
      .join('  ')
      .trimEnd()
  )
  for (const [name, reason] of Object.entries(row.absent ?? {})) lines.push(`  ${name}: not here (${reason})`)
  if (row.control) {
    const { contender, ratio, counts } = row.control
    lines.push(`  A/A ${contender}: ${number(ratio)}x${counts ? '' : ', more than 6 % apart: this row does not count'}`)
  }
  return lines
}

/** @param {{ atLeast?: number, limit?: number, met: boolean } | undefined} asked */
function bar(asked) {
  if (!asked) return ''
  const { atLeast, limit, met } = asked
  return `${atLeast === undefined ? `limit ${limit}` : `at least ${asRatio(atLeast)}x`}: ${met ? 'met' : 'missed'}`
}

/** @param {number} value */
function number(value) {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US')
  if (Math.abs(value) >= 100) return value.toFixed(0)
  if (Math.abs(value) >= 10) return value.toFixed(1)
  return Math.abs(value) >= 0.1 || value === 0 ? value.toFixed(2) : value.toPrecision(2)
}

/** A ratio that is asked for, as a person would say it. @param {number} ratio */
function asRatio(ratio) {
  return String(Number(ratio.toPrecision(3)))
}

module.exports = { table, number, asRatio }
