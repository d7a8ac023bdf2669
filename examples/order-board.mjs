// A live order board: four worker threads take orders, the main thread shows how many come a second, and from where.
//   node examples/order-board.mjs [seconds]      3 seconds without it; on a terminal the board is drawn in place

import { fileURLToPath } from 'node:url'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { Bus } from 'ironloop/events'

const SHOPS = ['berlin', 'lagos', 'lima', 'osaka']
const DRAWS_PER_SECOND = 5
const BURST = 50
const bus = Bus.open('orders') // the same Bus in every thread that opens this name

if (isMainThread) await board(Number(process.argv[2] ?? 3))
else takeOrders(workerData)

/** @param {string} shop */
function takeOrders(shop) {
  let id = 0
  const timer = setInterval(async () => {
    for (let i = 0; i < BURST; i++) {
      const order = { id: ++id, total: 5 + ((id * 37) % 400) / 10, items: 1 + (id % 5) }
      // false: a queue is full, the board cannot keep up. Waiting keeps every order.
      if (!bus.publish(`order.${shop}.${id % 3 === 0 ? 'paid' : 'new'}`, order)) await bus.drain()
    }
  }, 2)
  bus.subscribe('closing-time', () => {
    clearInterval(timer)
    bus.publish(`shop.${shop}.closed`, { orders: id })
    bus.close() // its subscription keeps this thread alive until then
  })
  bus.publish(`shop.${shop}.opened`, {})
}

/** @param {number} seconds */
async function board(seconds) {
  const shops = new Map(SHOPS.map((name) => [name, { orders: 0, sent: 0, paid: 0, revenue: 0, sinceLast: 0 }]))
  const shopOf = (/** @type {string} */ topic) => /** @type {any} */ (shops.get(topic.split('.')[1]))

  bus.subscribe('order.*.*', (order, topic) => {
    const shop = shopOf(topic)
    shop.orders++
    shop.sinceLast++
    if (!topic.endsWith('.paid')) return
    shop.paid++
    shop.revenue += order.total
  })
  const opened = all('opened', () => {})
  const closed = all('closed', ({ orders }, topic) => {
    shopOf(topic).sent = orders
  })
  for (const shop of SHOPS) new Worker(fileURLToPath(import.meta.url), { workerData: shop })

  await opened
  const draws = draw(shops, seconds)
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  bus.publish('closing-time', null)
  await closed
  // Order is kept per publisher within a subscription, not between two: the board may still have orders to count.
  while ([...shops.values()].some(({ orders, sent }) => orders < sent)) await new Promise(setImmediate)
  clearInterval(draws)
  for (const [name, { orders, paid, sent }] of shops) {
    console.log(`${name}: ${orders} of ${sent} orders received, ${paid} of them paid`)
  }
  bus.close()
}

/**
 * Resolves when every shop has told this of itself.
 * @param {string} what
 * @param {(payload: any, topic: string) => void} each
 */
function all(what, each) {
  let left = SHOPS.length
  return new Promise((resolve) => {
    const subscription = bus.subscribe(`shop.*.${what}`, (payload, topic) => {
      each(payload, topic)
      if (--left > 0) return
      subscription.unsubscribe()
      resolve(undefined)
    })
  })
}

/**
 * On a terminal the board is drawn again and again; in a pipe there are only the sums at the end.
 * @param {Map<string, any>} shops
 * @param {number} seconds
 */
function draw(shops, seconds) {
  if (!process.stdout.isTTY) return undefined
  const started = performance.now()
  return setInterval(() => {
    const left = Math.max(0, seconds - (performance.now() - started) / 1000)
    const lines = [...shops].map(([name, shop]) => {
      const rate = shop.sinceLast * DRAWS_PER_SECOND
      shop.sinceLast = 0
      const bar = '#'.repeat(Math.min(40, Math.round(rate / 1000)))
      return `${name.padEnd(8)} ${String(rate).padStart(7)}/s ${shop.revenue.toFixed(0).padStart(9)} EUR  ${bar}`
    })
    process.stdout.write(`\x1b[0J${lines.join('\n')}\ncloses in ${left.toFixed(1)} s\x1b[${lines.length}A\r`)
  }, 1000 / DRAWS_PER_SECOND)
}
