// What a run costs its parent in processor time, all threads together: /bin/true with both outputs kept.
import starters from './starters.js'

const RUNS = 100

/** Microseconds of processor time per run, ten at a time. */
const contender = (setup) => ({
  setup,
  async measure(run) {
    const before = process.cpuUsage()
    for (let at = 0; at < RUNS; at += 10) await Promise.all(Array.from({ length: 10 }, () => run(starters.PROGRAM)))
    const { user, system } = process.cpuUsage(before)
    return (user + system) / RUNS
  },
  answer: async (run) => {
    const { exitCode = 0, stdout } = await run(starters.PROGRAM)
    return { exitCode, stdout }
  },
})

export default {
  title: 'processor time of the parent per run of /bin/true, outputs kept',
  unit: 'us of processor time',
  better: 'lower',
  mode: 'alternating',
  rounds: 7,
  params: { runs: RUNS },
  rows: [{ name: 'run()', atLeast: { execa: 2, tinyexec: 1.2, 'nano-spawn': 1.2 } }],
  contenders: {
    ironloop: contender(async () => (await import('ironloop/child_process')).default.run),
    execa: contender(async () => (await import('execa')).execa),
    tinyexec: contender(async () => (await import('tinyexec')).x),
    'nano-spawn': contender(async () => (await import('nano-spawn')).default),
  },
}
