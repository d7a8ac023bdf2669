// What a pool costs when 20,000 tasks that do nothing are submitted at once.
import { bars, noops } from './peers/noops.mjs'

const TASKS = 20_000
const row = (name, threads) => ({ name, threads, operations: TASKS, inFlight: TASKS, atLeast: bars(8, 0.9) })

export default {
  title: 'a burst of 20,000 tasks that do nothing',
  unit: 'us',
  better: 'lower',
  rounds: 5,
  rows: [row('1 thread', 1), row('2 threads', 2)],
  contenders: noops,
}
