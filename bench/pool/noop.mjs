// What a pool itself costs under a steady load: tasks that do nothing, 100 of them at any time.
import { bars, noops } from './peers/noops.mjs'

const row = (name, threads) => ({ name, threads, operations: 5000, inFlight: 100, atLeast: bars(8, 0.9) })

export default {
  title: 'tasks that do nothing, 100 in flight, through a pool of worker threads',
  unit: 'us',
  better: 'lower',
  rows: [row('1 thread', 1), row('2 threads', 2)],
  contenders: noops,
}
