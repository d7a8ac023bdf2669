// How long the event loop stands still for each child that is started, in a process that holds Buffers: where spawning
// forks, the kernel copies page tables in proportion to the memory touched.
import starters from './starters.js'

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

const row = (api, megabytes, ratio, more) => ({
  name: `${api} with ${megabytes < 1000 ? `${megabytes} MB` : `${megabytes / 1024} GB`} of Buffers`,
  api,
  megabytes,
  atLeast: { 'node:child_process': ratio },
  ...more,
})
const large = { slow: true }
const huge = { slow: true, children: 10 }

export default {
  title: 'how long starting a child blocks the event loop',
  unit: 'us',
  better: 'lower',
  mode: 'alternating',
  rounds: 5,
  params: { program: starters.PROGRAM, children: 40 },
  rows: [
    row('run()', 50, 20),
    row('spawn()', 50, 4),
    row('run()', 512, 150, large),
    row('spawn()', 512, 30, large),
    row('run()', 4096, 500, huge),
    row('spawn()', 4096, 100, huge),
  ],
  fixture: ({ megabytes }) => starters.held(megabytes),
  contenders: {
    ironloop: contender(starters.ironloop),
    'node:child_process': contender(starters.node),
    execa: contender(starters.execa, ({ api, megabytes }) =>
      api === 'run()' && megabytes < 1000 ? undefined : 'compared with run() up to 512 MB'
    ),
  },
}
