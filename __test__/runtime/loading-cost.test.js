'use strict'

const { runNode } = require('../fixtures/package/run-node.js')

const BUDGET_MS = 5
const QUIET_START_MS = 40
const DEADLINE_MS = 40_000

// The minimum over processes: other work on the machine can only lengthen a run, so that more of them come closer to
// the true cost. On a machine that is busy throughout, all processor time stretches, node's own start too: there the
// budget stretches as that start does.
test(`require('ironloop') costs less than ${BUDGET_MS} ms above node's own start`, () => {
  const deadline = performance.now() + DEADLINE_MS
  let start = Number.POSITIVE_INFINITY
  let loading = Number.POSITIVE_INFINITY
  const budget = () => BUDGET_MS * Math.max(1, start / QUIET_START_MS)
  for (let round = 0; round < 5 || (loading >= budget() && performance.now() < deadline); round++) {
    const costs = JSON.parse(runNode(['__test__/fixtures/package/cost.js']).stdout)
    start = Math.min(start, costs[0])
    loading = Math.min(loading, costs[1])
  }
  expect(loading).toBeLessThan(budget())
}, 60_000)
