'use strict'

// One run of one scenario under one node: the function behind run.mjs and report.mjs.

const { carryOut } = require('./plan.js')
const { linkSelf, machine, versions } = require('./peers.js')
const { resultOf } = require('./result.js')
const { load, locate } = require('./scenario.js')

/**
 * @param {string} name
 * @param {Partial<import('./plan.js').Options>} options
 */
async function bench(name, { node = process.execPath, quick = false, progress = () => {}, rounds, row } = {}) {
  const file = locate(name)
  linkSelf()
  const scenario = await load(file)
  const packages = versions(scenario)
  const found = await carryOut(scenario, file, { node, quick, progress, rounds, row })
  return resultOf(scenario, found, machine(found.facts, packages))
}

/** Shows where a run has got to, on a terminal only; `progress('')` clears the line. */
function progressLine(stream = process.stderr) {
  return (/** @type {string} */ text) => {
    if (stream.isTTY) stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? 80) - 1)}`)
  }
}

module.exports = { bench, progressLine }
