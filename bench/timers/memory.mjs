// What a live timer keeps: on the heap and, for its deadline, in typed arrays. The callback is shared by all.
const COUNT = 100_000
const callback = () => {}

function used() {
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const contender = (load) => ({
  setup: load,
  measure({ create, close }, { delays }) {
    const all = Array(COUNT).fill(undefined)
    const before = used()
    for (let at = 0; at < COUNT; at++) all[at] = create(callback, 100_000 + (at % delays))
    const bytes = (used() - before) / COUNT
    for (const timer of all) close(timer)
    return bytes
  },
})

const row = (name, delays) => ({ name, delays, atLeast: { 'node:timers': 1 } })

export default {
  title: 'memory of a live timer, among 100,000',
  unit: 'bytes',
  better: 'lower',
  mode: 'alternating',
  rounds: 5,
  rows: [row('one delay', 1), row('5,000 delays', 5000)],
  contenders: {
    ironloop: contender(async () => {
      const { setPreciseTimeout } = (await import('ironloop/timers')).default
      return { create: setPreciseTimeout, close: (timer) => timer.close() }
    }),
    'node:timers': contender(() => ({ create: setTimeout, close: clearTimeout })),
  },
}
