'use strict'

const { sortBy } = require('./order.js')

/**
 * What could not be read as it should: counted, listed, never fatal.
 * @param {import('../tree/tally').Tally} tally
 * @param {import('../tree/walk').Walk['counts']} walked
 */
function describeTrouble(tally, walked) {
  const { states } = tally
  return {
    unreadable: sortBy([...tally.unreadable, ...walked.unreadable], ({ path }) => [path]),
    vanished: states.vanished + walked.vanished,
    brokenLinks: walked.brokenLinks,
    special: states.special + walked.special,
    otherFileSystems: walked.otherFileSystems,
    syntaxErrors: sortBy(tally.syntaxErrors, ({ path }) => [path]),
    tooLargeToParse: tally.tooLarge.sort(),
  }
}

module.exports = { describeTrouble }
