'use strict'

const { sortBy } = require('./order.js')

const MAX_LISTED = 200
const MAX_SIZE = 2 ** 32

/**
 * Where change meets complexity: the files that are worth a refactoring first (Tornhill's hot spots). Without a history
 * all files count as changed once, so that the most complex come first.
 * @param {import('../tree/tally').Tally['scores']} scores
 * @param {Map<string, import('../tree/git').Churn>} churn
 */
function describeHotSpots(scores, churn) {
  const spots = []
  for (const [path, { complexity, worst }] of scores) {
    const changed = churn.get(path)
    if (path.includes('node_modules/') || (churn.size > 0 && !changed)) continue
    const { commits, added, removed } = changed ?? { commits: 0, added: 0, removed: 0 }
    const score = complexity * Math.max(1, commits)
    spots.push({ path, score, commits, added, removed, complexity, estimated: !worst, worst })
  }
  return sortBy(spots, ({ score, path }) => [score, path]).slice(0, MAX_LISTED)
}

/**
 * The files whose complexity is to be estimated: those that change most, or, without a history, the largest.
 * @param {Map<string, number>} sizes
 * @param {Map<string, import('../tree/git').Churn>} churn
 */
function worthEstimating(sizes, churn) {
  const ranked = []
  for (const [path, size] of sizes) {
    const commits = churn.get(path)?.commits ?? 0
    if (churn.size === 0 || commits > 0) ranked.push({ path, rank: commits * MAX_SIZE + Math.min(size, MAX_SIZE - 1) })
  }
  // Numbers alone sort much faster: only those that can be among the first are sorted with their names.
  const least =
    Float64Array.from(ranked, ({ rank }) => rank)
      .sort()
      .at(-MAX_LISTED) ?? 0
  const candidates = ranked.filter(({ rank }) => rank >= least)
  return sortBy(candidates, ({ path, rank }) => [rank, path])
    .slice(0, MAX_LISTED)
    .map(({ path }) => path)
}

/**
 * The files whose marks are dated: the hottest that have any.
 * @param {import('../worker/examine-file').Finding[]} marks
 * @param {ReturnType<typeof describeHotSpots>} spots
 * @param {Set<string>} tracked
 * @param {number} limit
 */
function hottestWithMarks(marks, spots, tracked, limit) {
  const heat = new Map(spots.map(({ path, score }) => [path, score]))
  const paths = [...new Set(marks.map(({ path }) => path))].filter((path) => tracked.has(path))
  return sortBy(paths, (path) => [heat.get(path) ?? 0, path]).slice(0, limit)
}

module.exports = { describeHotSpots, hottestWithMarks, worthEstimating }
