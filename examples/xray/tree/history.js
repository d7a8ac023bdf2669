'use strict'

// Joins what git says with what the workers found: hot spots, and the age of the marks in them.

const { describeHotSpots, hottestWithMarks } = require('../answer/hot-spots.js')
const { sortBy } = require('../answer/order.js')
const { blameMarks } = require('./blame.js')
const { eachUnordered } = require('./each-unordered.js')

const FILES_BLAMED = 12
const BLAMES_AT_ONCE = 2

/**
 * @param {import('./git').Repository} repository
 * @param {import('./tally').Tally} tally
 * @param {Awaited<ReturnType<import('./git').readTracked>>} tracked
 * @param {Awaited<ReturnType<import('./git').readChurn>>} churn
 * @param {{ blamed: number, toBlame: number }} progress
 */
async function readHistory(repository, tally, tracked, churn, progress) {
  const hotSpots = describeHotSpots(tally.scores, churn.files)
  const marks = tally.findings.filter(({ group }) => group === 'mark')
  const paths = hottestWithMarks(marks, hotSpots, tracked.files, FILES_BLAMED)
  progress.toBlame = paths.length
  /** @type {import('./blame').DatedMark[]} */
  const dated = []
  const onBlamed = (/** @type {Awaited<ReturnType<typeof blameMarks>>} */ blamed) => {
    dated.push(...blamed.marks)
    progress.blamed++
  }
  await eachUnordered(paths, (path) => blameMarks(repository, path), onBlamed, BLAMES_AT_ONCE)
  const oldestMarks = sortBy(dated, ({ time, path, line }) => [-time, path, -line]).map(({ time, ...mark }) => ({
    ...mark,
    since: new Date(time * 1000).toISOString(),
  }))
  return { tracked, commits: churn.commits, hotSpots, oldestMarks, problem: tracked.problem ?? churn.problem }
}

module.exports = { readHistory }
