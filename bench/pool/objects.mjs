// Objects of about 1 KB, each of its own content, to a thread and back.
import { contenders } from './peers/pools.mjs'

const DISTINCT = 512

/** A record as an application has it: about 1 KB as JSON. */
const record = (id) => ({
  id,
  name: `customer ${id}`,
  email: `customer.${id}@example.org`,
  active: id % 3 === 0,
  balance: id * 1.25,
  address: { street: `${id} Long Road`, city: 'Springfield', zip: String(10_000 + id), country: 'US' },
  tags: [`t${id % 7}`, `t${id % 11}`, `t${id % 13}`],
  orders: Array.from({ length: 8 }, (_, line) => ({
    sku: `sku-${id}-${line}`,
    quantity: line + 1,
    price: id + line / 4,
    note: `line ${line} of ${id}`,
  })),
})

/** `operations` tasks, `inFlight` of them at any time. */
async function run({ run, fixture }, { operations, inFlight }) {
  let next = 0
  async function lane() {
    let sum = 0
    while (next < operations) sum += (await run(fixture[next++ % DISTINCT])).orders.length
    return sum
  }
  const sums = await Promise.all(Array.from({ length: inFlight }, lane))
  return sums.reduce((total, sum) => total + sum, 0)
}

const row = (threads) => ({
  name: `100 in flight, ${threads} thread${threads === 1 ? '' : 's'}`,
  threads,
  operations: 4000,
  inFlight: 100,
  atLeast: { piscina: 2, 'piscina tuned': 1.2, 'JS-batched': 0.9 },
})

export default {
  title: 'distinct objects of 1 KB, to a thread and back',
  unit: 'us',
  better: 'lower',
  rows: [row(1), row(2)],
  fixture: () => Array.from({ length: DISTINCT }, (_, id) => record(id)),
  contenders: contenders(['ironloop', 'piscina', 'piscina tuned', 'tinypool', 'JS-batched'], 'noop', { run }),
}
