'use strict'

// The answer of one examination: what `--json` prints. Everything but `run` depends on the tree alone, so that two
// engines can be compared by it.

const { describeCopies } = require('./copies.js')
const { describeDynamicCode, describeMarks, describeSecrets } = require('./findings.js')
const { byKeys } = require('./order.js')
const { describeInstallScripts, describePackages } = require('./packages.js')
const { describeTrouble } = require('./trouble.js')

/** @typedef {ReturnType<typeof describeTree> & { run: Run, compare?: import('../compare').Comparison }} Answer */

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
function describeTree({ root, tally, walked, history, npm }) {
  const { states } = tally
  return {
    root,
    files: { found: walked.files, read: states.text + states.binary, ...states, links: walked.links },
    directories: walked.directories,
    storesSkipped: walked.storesSkipped,
    bytes: tally.bytes,
    lines: tally.lines,
    kinds: [...tally.kinds]
      .map(([extension, count]) => ({ extension, ...count }))
      .sort(byKeys((k) => [k.bytes, k.extension])),
    secrets: describeSecrets(tally.findings, history.tracked.files),
    copies: describeCopies(tally),
    packages: describePackages(tally.manifests, npm.tree.dependants),
    installScripts: describeInstallScripts(tally.manifests),
    dynamicCode: describeDynamicCode(tally.findings, tally.hits.dynamic),
    hotSpots: history.hotSpots,
    marks: describeMarks(tally.findings),
    oldestMarks: history.oldestMarks,
    prefilterHits: tally.hits,
    parsed: tally.parsed,
    trouble: describeTrouble(tally, walked),
    git: { problem: history.problem, tracked: history.tracked.files.size, commits: history.commits },
    npm: { problem: npm.problem, packages: npm.tree.dependants.size, problems: npm.tree.problems },
  }
}

module.exports = { describeTree }
