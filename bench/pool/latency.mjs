// How long one task takes there and back when nothing else is under way.
import { bars, noops } from './peers/noops.mjs'

const row = (name, threads) => ({ name, threads, operations: 500, inFlight: 1, atLeast: bars(1.3) })

export default {
  title: 'tasks that do nothing, one at a time',
  unit: 'us',
  better: 'lower',
  rows: [row('1 thread', 1), row('2 threads', 2)],
  contenders: noops,
}
