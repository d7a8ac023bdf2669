// A buffer of 1 MB to a thread and back: copied, or transferred both ways. Lanes reuse what comes back, as code that
// cares would.
import { contenders } from './peers/pools.mjs'

const BYTES = 1 << 20

async function lane({ run }, { operations, inFlight, transferred }, bytes) {
  let sum = 0
  for (let at = 0; at < operations / inFlight; at++) {
    bytes[0] = at
    const back = await run(bytes, transferred ? { transferList: [bytes.buffer] } : undefined)
    sum += back[0] + back.length
    bytes = back
  }
  return sum
}

async function run(state, params) {
  const lanes = Array.from({ length: params.inFlight }, () => lane(state, params, new Uint8Array(BYTES)))
  const sums = await Promise.all(lanes)
  return sums.reduce((total, sum) => total + sum, 0)
}

const row = (name, transferred, threads, inFlight, least) => ({
  name: `${name}, ${inFlight} in flight, ${threads} thread${threads === 1 ? '' : 's'}`,
  transferred,
  threads,
  inFlight,
  operations: 64,
  atLeast: { piscina: least, 'piscina tuned': least },
})

const names = ['ironloop', 'piscina', 'piscina tuned', 'tinypool']
const copied = contenders(names, 'noop', { run })
const moved = contenders(names, 'megabyte', { run })

const contender = (name) => ({
  setup: (params, fixture) => (params.transferred ? moved : copied)[name].setup(params, fixture),
  run,
  teardown: ({ close }) => close(),
})

export default {
  title: 'a buffer of 1 MB, to a thread and back',
  unit: 'us',
  better: 'lower',
  rows: [
    row('copied', false, 1, 1, 1.2),
    row('copied', false, 2, 8, 1.2),
    row('transferred', true, 1, 1, 1.1),
    row('transferred', true, 2, 8, 1.1),
  ],
  contenders: Object.fromEntries(names.map((name) => [name, contender(name)])),
}
