// How many children a process can start and see end in a second, eight of them at a time.
import rate from './rate.js'
import starters from './starters.js'

export default {
  title: 'children started and ended per second, 8 at a time',
  rounds: 5,
  params: { program: starters.PROGRAM, operations: 64, atATime: rate.AT_A_TIME },
  ...rate.scenario([starters.row('run()', 50, 2), starters.row('spawn()', 50, 2)]),
}
