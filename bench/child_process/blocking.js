'use strict'

// How long starting a child blocks the event loop: what spawn-block and spawn-block-4gb have in common.

const starters = require('./starters.js')

/**
 * @returns the microseconds that `start` kept the loop, its microtasks included, with the promise of the child's end
 * awaited outside of them.
 */
async function blocked(start) {
  const begun = process.hrtime.bigint()
  const ended = start()
  await null
  const elapsed = Number(process.hrtime.bigint() - begun) / 1e3
  await ended
  return elapsed
}

const contender = (starterFor, absent) => ({
  // The Buffers are part of the state so that nothing collects them while children start.
  setup: async (params, held) => ({ start: await starterFor(params), held }),
  async measure({ start }, { children, quick }) {
    const samples = []
    for (let child = 0; child < (quick ? 5 : children); child++) samples.push(await blocked(start))
    return samples
  },
  answer: ({ start }) => start(),
  absent,
})

/** @param {object[]} rows */
const scenario = (rows) => ({
  unit: 'us',
  better: 'lower',
  mode: 'alternating',
  rows,
  fixture: ({ megabytes }) => starters.held(megabytes),
  contenders: {
    ironloop: contender(starters.ironloop),
    'node:child_process': contender(starters.node),
    execa: contender(starters.execa, ({ api, megabytes }) =>
      api === 'run()' && megabytes < 1000 ? undefined : 'compared with run() up to 512 MB'
    ),
  },
})

module.exports = { scenario }
