'use strict'

// bench/results/latest.json: { runs: [{ at, result }] }, one run per scenario and major version of Node. A new run takes
// the place of the one before it, so that a report can be made piece by piece.

const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs')
const path = require('node:path')
const { UsageError } = require('../harness/usage-error.js')
const { major, compareVersions } = require('./figures.js')

/**
 * @typedef {{ at: string, result: any }} Run
 * @param {string} file
 * @returns {Run[]}
 */
function readRuns(file) {
  if (!existsSync(file)) throw new UsageError(`there are no results in ${file}`)
  try {
    return JSON.parse(readFileSync(file, 'utf8')).runs
  } catch (error) {
    throw new UsageError(`${file} holds no results: ${/** @type {Error} */ (error).message}`)
  }
}

/**
 * @param {Run[]} runs
 * @param {Run} run
 */
function replace(runs, run) {
  const key = (/** @type {Run} */ { result }) => `${result.scenario} ${major(result.machine.node)}`
  return [...runs.filter((one) => key(one) !== key(run)), run].sort(
    (a, b) =>
      compareVersions(a.result.scenario, b.result.scenario) ||
      compareVersions(a.result.machine.node, b.result.machine.node)
  )
}

/**
 * @param {string} file
 * @param {Run[]} runs
 */
function writeRuns(file, runs) {
  mkdirSync(path.dirname(file), { recursive: true })
  const text = runs.map((run) => `    ${JSON.stringify(run)}`).join(',\n')
  writeFileSync(file, `{\n  "runs": [\n${text}\n  ]\n}\n`)
}

module.exports = { readRuns, replace, writeRuns }
