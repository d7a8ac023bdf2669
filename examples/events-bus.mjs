// The Bus: two worker threads publish prices, the main thread listens by pattern.
//   node examples/events-bus.mjs

import { fileURLToPath } from 'node:url'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { Bus } from 'ironloop/events'

const PRICES_PER_MARKET = 50_000
const bus = Bus.open('markets') // the same Bus in every thread that opens this name

if (isMainThread) listen(['tokyo', 'lagos'])
else await sell(workerData)

/** @param {string} market */
async function sell(market) {
  for (let i = 1; i <= PRICES_PER_MARKET; i++) {
    const price = 100 + Math.sin(i / 1000) * 20
    // false: a queue is full. Waiting is the publisher's choice; without it the oldest messages would be dropped.
    if (!bus.publish(`market.${market}.price`, { price })) await bus.drain()
  }
  bus.publish(`market.${market}.closed`, { market })
}

/** @param {string[]} markets */
function listen(markets) {
  /** @type {Record<string, number>} */
  const highest = Object.fromEntries(markets.map((market) => [market, 0]))
  let received = 0
  let open = markets.length
  const started = performance.now()

  /** @param {string} market */
  function close(market) {
    console.log(`${market} closed; its highest price was ${highest[market].toFixed(2)}`)
    if (--open > 0) return
    const seconds = (performance.now() - started) / 1000
    console.log(`${received} prices from ${markets.length} threads, ${Math.round(received / seconds)} a second`)
    bus.close() // ends its subscriptions, which keep the process alive until then
  }

  // Order is kept per publisher within a subscription, so a market's prices are all here before it closes.
  bus.subscribe('market.>', (message, topic) => {
    const [, market, what] = topic.split('.')
    if (what === 'closed') return close(market)
    received++
    highest[market] = Math.max(highest[market], message.price)
  })
  for (const market of markets) new Worker(fileURLToPath(import.meta.url), { workerData: market })
}
