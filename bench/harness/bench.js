'use strict'

// One run of one scenario under one node: the function behind run.mjs and report.mjs.

const { carryOut } = require('./plan.js')
const { linkSelf, machine, versions } = require('./peers.js')
const { resultOf } = require('./result.js')
const { load, locate } = require('./scenario.js')
const { stolenSince } = require('./stolen.js')
const { UsageError } = require('./usage-error.js')

/**
 * @param {string} name
 * @param {Partial<import('./plan.js').Options> & { only?: string[] }} options
 */
async function bench(name, { node = process.execPath, quick = false, progress = () => {}, rounds, row, only } = {}) {
  const file = locate(name)
  linkSelf()
  const scenario = await load(file)
  if (only) scenario.contenders = chosen(scenario, only)
  const packages = versions(scenario)
  const stolen = stolenSince()
  const found = await carryOut(scenario, file, { node, quick, progress, rounds, row })
  return resultOf(scenario, found, machine(found.facts, packages), stolen())
}

/**
 * The contenders that `only` names, in the scenario's order.
 * @param {any} scenario
 * @param {string[]} only
 */
function chosen({ name, contenders }, only) {
  for (const one of only) {
    if (!(one in contenders))
      throw new UsageError(`${name} has no contender "${one}": ${Object.keys(contenders).join(', ')}`)
  }
  return Object.fromEntries(Object.entries(contenders).filter(([one]) => only.includes(one)))
}

/** Shows where a run has got to, on a terminal only; `progress('')` clears the line. */
function progressLine(stream = process.stderr) {
  return (/** @type {string} */ text) => {
    if (stream.isTTY) stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? 80) - 1)}`)
  }
}

module.exports = { bench, progressLine }
