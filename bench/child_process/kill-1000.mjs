// A thousand children killed at once: how long until the end of each has been heard of.
import starters from './starters.js'

const contender = (startAll) => ({
  setup: startAll,
  async measure(start, { children }) {
    const all = Array.from({ length: children }, () => start())
    await Promise.all(all.map(({ spawned }) => spawned))
    const begun = process.hrtime.bigint()
    for (const { kill } of all) kill()
    await Promise.all(all.map(({ ended }) => ended))
    return Number(process.hrtime.bigint() - begun) / 1e6
  },
})

const child = (spawn) => () => {
  const one = spawn('/bin/sleep', ['3600'], { stdio: 'ignore' })
  return { spawned: undefined, kill: () => one.kill('SIGKILL'), ended: starters.exitCode(one) }
}

export default {
  title: 'time until the ends of 1,000 children killed at once are seen',
  unit: 'ms',
  better: 'lower',
  mode: 'alternating',
  rounds: 5,
  params: { children: 1000 },
  rows: [
    { name: 'run()', api: 'run()', atLeast: { 'node:child_process': 0.9 } },
    { name: 'spawn()', api: 'spawn()', atLeast: { 'node:child_process': 0.9 } },
  ],
  contenders: {
    ironloop: contender(async ({ api }) => {
      const { run, spawn } = (await import('ironloop/child_process')).default
      if (api === 'spawn()') return child(spawn)
      return () => {
        const one = run('/bin/sleep', ['3600'], { capture: 'none', reject: false })
        return { spawned: one.spawned, kill: () => one.kill('SIGKILL'), ended: one }
      }
    }),
    'node:child_process': contender(async () => child((await import('node:child_process')).spawn)),
  },
}
