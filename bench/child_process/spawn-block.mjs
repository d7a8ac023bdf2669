// How long the event loop stands still for each child that is started, in a process that holds Buffers: where spawning
// forks, the kernel copies page tables in proportion to the memory touched.
import { spawn as nodeSpawn } from 'node:child_process'
import { once } from 'node:events'

const PROGRAM = '/bin/true'

/**
 * @returns the microseconds that `start` kept the loop, its microtasks included, with the promise of the child's end
 * awaited outside of them.
 */
async function blocked(start) {
  const begun = process.hrtime.bigint()
  const ended = start()
  await null
  const elapsed = Number(process.hrtime.bigint() - begun) / 1e3
  await ended
  return elapsed
}

/** The exit code of a child, which all contenders must report alike. */
const exitCode = (child) => once(child, 'exit').then(([code]) => code)

const contender = (starterFor) => ({
  // The Buffers are part of the state so that nothing collects them while children start.
  setup: async (_params, held) => ({ start: await starterFor(), held }),
  async measure({ start }, { children, quick }) {
    const samples = []
    for (let child = 0; child < (quick ? 5 : children); child++) samples.push(await blocked(start))
    return samples
  },
  answer: ({ start }) => start(),
})

const row = (megabytes, ratio) => ({
  name: `run() with ${megabytes} MB of Buffers`,
  megabytes,
  atLeast: { 'node:child_process': ratio },
})

export default {
  title: 'how long starting a child blocks the event loop',
  unit: 'us',
  better: 'lower',
  mode: 'alternating',
  rounds: 5,
  params: { program: PROGRAM, children: 40 },
  rows: [row(50, 20), { ...row(512, 150), slow: true }],
  // Filled, so that every page is there.
  fixture: ({ megabytes }) => Array.from({ length: megabytes }, () => Buffer.alloc(1 << 20, 1)),
  contenders: {
    ironloop: contender(async () => {
      const { run } = (await import('ironloop/child_process')).default
      return () => run(PROGRAM, [], { capture: 'none' }).then(({ exitCode }) => exitCode)
    }),
    'node:child_process': contender(() => () => exitCode(nodeSpawn(PROGRAM, { stdio: 'ignore' }))),
    execa: contender(async () => {
      const { execa } = await import('execa')
      return () => execa(PROGRAM, { stdio: 'ignore' }).then(({ exitCode }) => exitCode)
    }),
  },
}
