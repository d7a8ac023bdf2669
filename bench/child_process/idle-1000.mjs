// Short children one after another while a thousand others sit idle: where ends are heard of by asking every child, each
// end costs as much as there are children.
import starters from './starters.js'

const SLEEPER = ['/bin/sleep', ['3600']]

/** Starts the idle ones; ends them again. */
async function idle(start, children) {
  const pids = new Set()
  const ended = []
  for (let child = 0; child < children; child++) ended.push(start(...SLEEPER))
  const { readFileSync, readdirSync } = await import('node:fs')
  const mine = () =>
    readdirSync('/proc/self/task').flatMap((thread) =>
      readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean)
    )
  while (pids.size < children) {
    for (const pid of mine()) pids.add(Number(pid))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return async () => {
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await Promise.allSettled(ended)
  }
}

const latency = async (start) => {
  const begun = process.hrtime.bigint()
  const ended = start()
  await ended
  return Number(process.hrtime.bigint() - begun) / 1e3
}

const processor = async (start) => {
  const before = process.cpuUsage()
  await start()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

const contender = (starterFor) => ({
  async setup(params) {
    const start = await starterFor(params)
    return { start, end: await idle(start, params.children) }
  },
  async measure({ start }, { of, short }) {
    const take = of === 'time' ? latency : processor
    const samples = []
    for (let child = 0; child < short; child++) samples.push(await take(start))
    return samples
  },
  answer: ({ start }) => start(),
  teardown: ({ end }) => end(),
})

const row = (api, of, ratio) => ({
  name: `${api}${api === 'run()' ? ', capture none' : ', pipes'}: ${of} per child`,
  api,
  of,
  stdio: api === 'run()' ? 'ignore' : 'pipe',
  atLeast: { 'node:child_process': ratio },
})

export default {
  title: 'short children one after another while 1,000 others are idle',
  unit: 'us',
  better: 'lower',
  mode: 'alternating',
  rounds: 3,
  params: { children: 1000, short: 100 },
  rows: [
    row('run()', 'time', 4),
    row('run()', 'processor time', 3),
    row('spawn()', 'time', 2.5),
    row('spawn()', 'processor time', 2),
  ],
  contenders: {
    ironloop: contender(starters.ironloop),
    'node:child_process': contender(starters.node),
  },
}
