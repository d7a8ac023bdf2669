// Short children one after another while a thousand others sit idle: where ends are heard of by asking every child, each
// end costs as much as there are children.
import starters from './starters.js'

const SLEEPER = ['/bin/sleep', ['3600']]

/**
 * The idle children of this process: those that one row started serve the next rows that would start the same.
 * @type {{ key: string, children: { pid: number, ended: Promise<unknown> }[] } | undefined}
 */
let idle

/** Starts the idle ones, unless they are there already. */
async function haveIdle(key, victim, children) {
  if (idle?.key === key) return
  await endIdle()
  idle = { key, children: [] }
  for (let child = 0; child < children; child++) idle.children.push(await victim())
}

async function endIdle() {
  killIdle()
  await Promise.allSettled(idle?.children.map(({ ended }) => ended) ?? [])
}

function killIdle() {
  for (const { pid } of idle?.children ?? []) process.kill(pid, 'SIGKILL')
}

// The last ones serve no other row.
process.once('exit', killIdle)

/** From the start of a child until its end is heard of. */
const whole = async ({ start }) => {
  const begun = process.hrtime.bigint()
  await start()
  return Number(process.hrtime.bigint() - begun) / 1e3
}

/** Until a child sleeps and nothing of its start is left to do for either side. */
const SETTLED_MS = 3

/** From a child's end, which is our doing so that its time is known, until it is heard of. */
const hearing = async ({ victim }) => {
  const { pid, ended } = await victim()
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS))
  const begun = process.hrtime.bigint()
  process.kill(pid, 'SIGKILL')
  await ended
  return Number(process.hrtime.bigint() - begun) / 1e3
}

const processor = async ({ start }) => {
  const before = process.cpuUsage()
  await start()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

const MEASURES = {
  'time from exit to callback': hearing,
  'processor time': processor,
  'time from start to callback': whole,
}

const contender = (name, starterFor, victimFor) => ({
  async setup(params) {
    const start = await starterFor(params)
    const victim = await victimFor(params)
    await haveIdle(`${name} ${params.api}`, victim, params.children)
    return { start, victim }
  },
  async measure(state, { of, short }) {
    const samples = []
    for (let child = 0; child < short; child++) samples.push(await MEASURES[of](state))
    return samples
  },
  answer: ({ start }) => start(),
})

const spawned =
  (spawn, { stdio }) =>
  () => {
    const child = spawn(...SLEEPER, { stdio })
    return { pid: child.pid, ended: starters.exitCode(child) }
  }

async function ours(params) {
  const { run, spawn } = (await import('ironloop/child_process')).default
  if (params.api === 'spawn()') return spawned(spawn, params)
  return async () => {
    const running = run(...SLEEPER, { capture: 'none', reject: false })
    await running.spawned
    return { pid: running.pid, ended: running }
  }
}

const nodes = async (params) => spawned((await import('node:child_process')).spawn, params)

const row = (api, of, ratio) => ({
  name: `${api}${api === 'run()' ? ', capture none' : ', pipes'}: ${of} per child`,
  api,
  of,
  stdio: api === 'run()' ? 'ignore' : 'pipe',
  atLeast: ratio && { 'node:child_process': ratio },
})

export default {
  title: 'short children one after another while 1,000 others are idle',
  unit: 'us',
  better: 'lower',
  mode: 'alternating',
  rounds: 5,
  params: { children: 1000, short: 100 },
  rows: [
    row('run()', 'time from exit to callback', 4),
    row('run()', 'processor time', 3),
    row('run()', 'time from start to callback'),
    row('spawn()', 'time from exit to callback', 2.5),
    row('spawn()', 'processor time', 2),
    row('spawn()', 'time from start to callback'),
  ],
  contenders: {
    ironloop: contender('ironloop', starters.ironloop, ours),
    'node:child_process': contender('node:child_process', starters.node, nodes),
  },
}
