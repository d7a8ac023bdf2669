// As spawn-rate, in a process that holds 4 GB: a scenario of its own, because filling them takes longer than all else.
import rate from './rate.js'
import starters from './starters.js'

const huge = { slow: true }

export default {
  title: 'children started and ended per second, 8 at a time, with 4 GB of Buffers',
  rounds: 3,
  warmup: false,
  params: { program: starters.PROGRAM, operations: 16, atATime: rate.AT_A_TIME },
  ...rate.scenario([starters.row('run()', 4096, 50, huge), starters.row('spawn()', 4096, 50, huge)]),
}
