// How late a callback comes after its deadline. That of a precise interval lies on its grid. That of Node's is counted from
// its last callback, so its drift is left out. Half of the rows look at the median, half at the 99th of 100.

/** @returns what `part` of the calls are at least as good as, in microseconds */
const quantile = (late, part) => late.sort((a, b) => a - b)[Math.floor(late.length * part)] * 1000

const interval =
  (begin) =>
  async (_, { ms, count, part, quick }) => {
    const late = await new Promise((resolve) => begin(ms, quick ? 100 : count, resolve))
    return quantile(late, part)
  }

function ours({ setPreciseInterval }) {
  return interval((ms, count, resolve) => {
    const late = []
    let [begun, ticks] = [0, 0]
    /** @type {{ close(): void }} */
    let timer
    const onTick = (stands) => {
      ticks += stands
      late.push(performance.now() - begun - ticks * ms)
      if (late.length < count) return
      timer.close()
      resolve(late)
    }
    // The grid begins within the call: one that the machine has interrupted would tell a lateness that nobody had.
    for (;;) {
      begun = performance.now()
      timer = setPreciseInterval(onTick, ms, { missed: 'coalesce' })
      if (performance.now() - begun < 0.01) break
      timer.close()
    }
  })
}

const nodes = interval((ms, count, resolve) => {
  const late = []
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    late.push(now - last - ms)
    last = now
    if (late.length < count) return
    clearInterval(timer)
    resolve(late)
  }, ms)
})

/** One timeout after the other. */
const timeouts =
  (set) =>
  async (_, { ms, count, part, quick }) => {
    const late = []
    for (let at = 0; at < (quick ? 100 : count); at++) {
      const begun = performance.now()
      await new Promise((resolve) => set(resolve, ms))
      late.push(performance.now() - begun - ms)
    }
    return quantile(late, part)
  }

const row = (kind, ms, part, atLeast) => ({
  name: `${kind} of ${ms} ms, p${part * 100}`,
  kind,
  ms,
  part,
  atLeast: { 'node:timers': atLeast },
})

export default {
  title: 'how late the callback of a timer comes',
  unit: 'us late',
  better: 'lower',
  mode: 'alternating',
  rounds: 3,
  warmup: false,
  params: { count: 1000 },
  rows: [
    row('interval', 1, 0.5, 2),
    row('interval', 1, 0.99, 1),
    row('timeout', 1, 0.5, 2),
    row('timeout', 1, 0.99, 1),
  ],
  contenders: {
    ironloop: {
      async setup() {
        const timers = (await import('ironloop/timers')).default
        // Loads the native part, and compiles what the first timer would be late by.
        for (let count = 0; count < 50; count++) timers.setPreciseInterval(() => {}, 1).close()
        await timers.sleep(1)
        return timers
      },
      measure: (timers, params) =>
        (params.kind === 'interval' ? ours(timers) : timeouts(timers.setPreciseTimeout))(timers, params),
    },
    'node:timers': {
      measure: (state, params) => (params.kind === 'interval' ? nodes : timeouts(setTimeout))(state, params),
    },
  },
}
