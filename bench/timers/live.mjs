// Timeouts of a busy server: created, live all at once, and closed before they run.

const callback = () => {}

const contender = (load) => ({
  setup: load,
  run({ create, close }, { operations, delays }) {
    const timers = new Array(operations)
    for (let at = 0; at < operations; at++) timers[at] = create(callback, 10_000 + (at % delays))
    for (const timer of timers) close(timer)
    return timers.length
  },
})

const row = (name, delays) => ({ name, delays, atLeast: { 'node:timers': 1 / 1.5 } })

export default {
  title: 'creating 100,000 timers and closing them',
  unit: 'ns',
  better: 'lower',
  params: { operations: 100_000 },
  rows: [row('one delay', 1), row('5,000 delays', 5000)],
  contenders: {
    ironloop: contender(async () => {
      const { setPreciseTimeout } = (await import('ironloop/timers')).default
      return { create: setPreciseTimeout, close: (timer) => timer.close() }
    }),
    'node:timers': contender(() => ({ create: setTimeout, close: clearTimeout })),
  },
}
