// How many children a process can start and see end in a second, eight of them at a time.
import starters from './starters.js'

const CHILDREN = 64
const AT_A_TIME = 8

const contender = (starterFor) => ({
  setup: async (params, held) => ({ start: await starterFor(params), held }),
  async run({ start }) {
    let left = CHILDREN
    let failed = 0
    const one = async () => {
      while (left-- > 0) failed += await start()
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, one))
    return failed
  },
})

const row = (api, megabytes, ratio, more) => ({
  name: `${api} with ${megabytes < 1000 ? `${megabytes} MB` : `${megabytes / 1024} GB`} of Buffers`,
  api,
  megabytes,
  atLeast: { 'node:child_process': ratio },
  ...more,
})

export default {
  title: 'children started and ended per second, 8 at a time',
  unit: 'ops/s',
  better: 'higher',
  mode: 'alternating',
  rounds: 5,
  params: { program: starters.PROGRAM, operations: CHILDREN, atATime: AT_A_TIME },
  rows: [
    row('run()', 50, 2),
    row('spawn()', 50, 2),
    row('run()', 4096, 50, { slow: true }),
    row('spawn()', 4096, 50, { slow: true }),
  ],
  fixture: ({ megabytes }) => starters.held(megabytes),
  contenders: {
    ironloop: contender(starters.ironloop),
    'node:child_process': contender(starters.node),
  },
}
