'use strict'

const { sortBy } = require('./order.js')

/**
 * Byte-identical files, and what all but one of each cost. Hard links to the same bytes cost nothing.
 * @param {import('../tree/tally').Tally} tally
 */
function describeCopies(tally) {
  const groups = []
  for (const { size, paths, stored } of tally.contents.values()) {
    if (stored > 1) groups.push({ size, stored, cost: (stored - 1) * size, paths: paths.sort() })
  }
  const costliest = sortBy(groups, ({ cost, paths }) => [cost, paths[0]])
  return { files: tally.copies, bytes: tally.copiedBytes, groups: costliest }
}

module.exports = { describeCopies }
