// As spawn-block, in a process that holds 4 GB: a scenario of its own, because filling them takes longer than all else.
import blocking from './blocking.js'
import starters from './starters.js'

const { scenario } = blocking
const { row } = starters
const huge = { slow: true }

export default {
  title: 'how long starting a child blocks the event loop, with 4 GB of Buffers',
  rounds: 3,
  params: { program: starters.PROGRAM, children: 20 },
  ...scenario([row('run()', 4096, 500, huge), row('spawn()', 4096, 100, huge)]),
}
