'use strict'

// How many children a process can start and see end in a second: what spawn-rate and spawn-rate-4gb have in common.

const starters = require('./starters.js')

const AT_A_TIME = 8

const contender = (starterFor) => ({
  setup: async (params, held) => ({ start: await starterFor(params), held }),
  async run({ start }, { operations }) {
    let left = operations
    let failed = 0
    const one = async () => {
      while (left-- > 0) failed += await start()
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, one))
    return failed
  },
})

/** @param {object[]} rows */
const scenario = (rows) => ({
  unit: 'ops/s',
  better: 'higher',
  mode: 'alternating',
  rows,
  fixture: ({ megabytes }) => starters.held(megabytes),
  contenders: {
    ironloop: contender(starters.ironloop),
    'node:child_process': contender(starters.node),
  },
})

module.exports = { AT_A_TIME, scenario }
