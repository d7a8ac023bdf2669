// Blocks of 120 ms at a threshold of 50 ms: how many of them are seen while they last, by another thread of the same
// process, and of how many the culprit is named, then or later.
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

const OBSERVER = fileURLToPath(new URL('watchdog.worker.mjs', import.meta.url))
const PEERS_TRIES = 10
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function culprit(ms) {
  const until = performance.now() + ms
  while (performance.now() < until) Math.sqrt(until)
}

/** Part of the blocks, in percent. */
async function part({ named, seen }, { tries, blockMs, what, withinMs }) {
  // Of the peers it is known after a few: they tell nothing while it lasts.
  const all = seen === nobody ? PEERS_TRIES : tries
  let count = 0
  for (let at = 0; at < all; at++) {
    await sleep(20)
    seen.reset()
    const before = named()
    setTimeout(function timer() {
      culprit(blockMs)
    }, 0)
    await sleep(1)
    for (let waited = 0; waited < 20 && what === 'named' && named() === before; waited++) await sleep(10)
    if (what === 'named' ? named() > before : seen.at() <= withinMs) count++
  }
  return (count / all) * 100
}

const nobody = { reset() {}, at: () => Number.POSITIVE_INFINITY }

export default {
  title: 'blocks of 120 ms that a watchdog at 50 ms sees while they last, and whose culprit it names',
  unit: '% of blocks',
  better: 'higher',
  mode: 'alternating',
  rounds: 1,
  warmup: false,
  params: { tries: 100, blockMs: 120 },
  rows: [
    { name: 'seen while blocked', what: 'seen', withinMs: 120 },
    { name: 'seen within 10 ms of the threshold', what: 'seen', withinMs: 60 },
    { name: 'culprit named', what: 'named' },
  ],
  contenders: {
    ironloop: {
      async setup() {
        const { watch } = await import('ironloop/loop')
        const shared = new Int32Array(new SharedArrayBuffer(4))
        const worker = new Worker(OBSERVER, { workerData: shared })
        await once(worker, 'message')
        let names = 0
        const running = watch({ thresholdMs: 50, stack: true }, ({ stack }) => {
          if (stack?.includes('at culprit ')) names++
        })
        await running.ready
        const at = () => (Atomics.load(shared, 0) || Number.POSITIVE_INFINITY) / 1000
        const seen = { reset: () => Atomics.store(shared, 0, 0), at }
        return { seen, named: () => names, end: () => Promise.all([running.close(), worker.terminate()]) }
      },
      measure: part,
      teardown: ({ end }) => end(),
    },
    'blocked-at': {
      async setup() {
        const { default: blocked } = await import('blocked-at')
        let names = 0
        const { stop } = blocked((_, stack) => (names += stack.some((line) => line.includes('part')) ? 1 : 0), {
          threshold: 50,
        })
        return { seen: nobody, named: () => names, end: stop }
      },
      measure: part,
      teardown: ({ end }) => end(),
    },
    'node:perf_hooks monitorEventLoopDelay': {
      async setup() {
        const { monitorEventLoopDelay } = await import('node:perf_hooks')
        const delays = monitorEventLoopDelay({ resolution: 10 })
        delays.enable()
        return { seen: nobody, named: () => 0, end: () => delays.disable() }
      },
      measure: part,
      teardown: ({ end }) => end(),
    },
  },
}
