// How long the event loop stands still for each child that is started, in a process that holds Buffers: where spawning
// forks, the kernel copies page tables in proportion to the memory touched.
import blocking from './blocking.js'
import starters from './starters.js'

const { scenario } = blocking
const { row } = starters
const large = { slow: true }

export default {
  title: 'how long starting a child blocks the event loop',
  rounds: 5,
  params: { program: starters.PROGRAM, children: 40 },
  ...scenario([
    row('run()', 50, 20),
    row('spawn()', 50, 4),
    row('run()', 512, 150, large),
    row('spawn()', 512, 30, large),
  ]),
}
