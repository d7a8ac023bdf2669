'use strict'

// The answer of one examination: what `--json` prints. Everything but `run` depends on the tree alone, so that two
// engines can be compared by it.

const { setImmediate: nextTurn } = require('node:timers/promises')
const { describeCopies } = require('./copies.js')
const { describeDynamicCode, describeMarks, describeSecrets } = require('./findings.js')
const { sortBy } = require('./order.js')
const { describeInstallScripts, describePackages } = require('./packages.js')
const { describeTrouble } = require('./trouble.js')

/** @typedef {Awaited<ReturnType<typeof describeTree>> & { run: Run, compare?: import('../compare').Comparison }} Answer */

/**
 * @typedef {object} Run
 * @property {'ironloop' | 'node'} engine
 * @property {string} node
 * @property {number} threads
 * @property {number} elapsedMs from the start of the process
 * @property {number} bytesPerSecond
 * @property {number} longestBlockMs
 * @property {number} cpuMs
 * @property {number} maxRssBytes
 */

/**
 * @param {object} material
 * @param {string} material.root
 * @param {import('../tree/tally').Tally} material.tally
 * @param {import('../tree/walk').Walk['counts']} material.walked
 * @param {Awaited<ReturnType<import('../tree/history').readHistory>>} material.history
 * @param {Awaited<ReturnType<import('../tree/npm-ls').readDependencyTree>>} material.npm
 */
async function describeTree({ root, tally, walked, history, npm }) {
  const { states, findings } = tally
  const copies = await inItsTurn(() => describeCopies(tally))
  const packages = await inItsTurn(() => describePackages(tally.manifests, npm.tree.dependants))
  const dynamicCode = await inItsTurn(() => describeDynamicCode(findings, tally.hits.dynamic))
  const marks = await inItsTurn(() => describeMarks(findings))
  return {
    root,
    files: { found: walked.files, read: states.text + states.binary, ...states, links: walked.links },
    directories: walked.directories,
    storesSkipped: walked.storesSkipped,
    bytes: tally.bytes,
    lines: tally.lines,
    kinds: describeKinds(tally.kinds),
    secrets: describeSecrets(findings, history.tracked.files),
    copies,
    packages,
    installScripts: describeInstallScripts(tally.manifests),
    dynamicCode,
    hotSpots: history.hotSpots,
    marks,
    oldestMarks: history.oldestMarks,
    prefilterHits: tally.hits,
    parsed: tally.parsed,
    trouble: describeTrouble(tally, walked),
    git: { problem: history.problem, tracked: history.tracked.files.size, commits: history.commits },
    npm: { problem: npm.problem, packages: npm.tree.dependants.size, problems: npm.tree.problems },
  }
}

/**
 * Sorting what a large tree holds takes a while: each section gets a turn of the event loop.
 * @template T
 * @param {() => T} describe
 */
async function inItsTurn(describe) {
  await nextTurn()
  return describe()
}

/** @param {import('../tree/tally').Tally['kinds']} kinds */
function describeKinds(kinds) {
  const list = [...kinds].map(([extension, count]) => ({ extension, ...count }))
  return sortBy(list, ({ bytes, extension }) => [bytes, extension])
}

module.exports = { describeTree }
