// What an interval is off after ten seconds: the part of its ticks that it has gained or lost against the clock.

/** Percent by which `count` periods of `ms` differ from the time they took. */
async function drift({ start }, { ms, seconds, quick }) {
  const count = Math.round(((quick ? 1 : seconds) * 1000) / ms)
  const begun = performance.now()
  const elapsed = await new Promise((resolve) => {
    let ticks = 0
    const stop = start((stands) => {
      ticks += stands
      if (ticks < count) return
      stop()
      resolve(((performance.now() - begun) * count) / ticks)
    }, ms)
  })
  return Math.max((Math.abs(elapsed - count * ms) / (count * ms)) * 100, 0.0001)
}

export default {
  title: 'drift of an interval after 10 seconds',
  unit: '%',
  better: 'lower',
  mode: 'alternating',
  rounds: 1,
  warmup: false,
  params: { seconds: 10 },
  rows: [1, 4, 16].map((ms) => ({ name: `${ms} ms`, ms, limit: 0.1 })),
  contenders: {
    ironloop: {
      async setup() {
        const { setPreciseInterval, sleep } = (await import('ironloop/timers')).default
        await sleep(1) // loads the native part
        return {
          start: (callback, ms) => {
            const timer = setPreciseInterval(callback, ms, { missed: 'coalesce' })
            return () => timer.close()
          },
        }
      },
      measure: drift,
    },
    'node:timers': {
      setup: () => ({
        start: (callback, ms) => {
          const timer = setInterval(() => callback(1), ms)
          return () => clearInterval(timer)
        },
      }),
      measure: drift,
    },
  },
}
