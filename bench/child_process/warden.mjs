// What a warden costs: the time from run() to its Result with one and without. The difference may be 1 ms.
const PROGRAM = '/bin/true'

const contender = (options) => ({
  async setup() {
    const { run } = (await import('ironloop/child_process')).default
    return () => run(PROGRAM, [], { capture: 'none', ...options }).then(({ exitCode }) => exitCode)
  },
  async measure(start, { children, quick }) {
    const samples = []
    for (let child = 0; child < (quick ? 5 : children); child++) {
      const begun = process.hrtime.bigint()
      await start()
      samples.push(Number(process.hrtime.bigint() - begun) / 1e3)
    }
    return samples
  },
  answer: (start) => start(),
})

export default {
  title: 'from run() to its Result, with a warden that can reach the whole tree and without',
  unit: 'us',
  better: 'lower',
  params: { program: PROGRAM, children: 200 },
  contenders: {
    ironloop: contender({ dieWithParent: true }),
    'killTree (warden and, where one is writable, cgroup)': { ...contender({ killTree: true }), ratio: false },
    'without a warden': contender({}),
    'node:child_process': {
      async setup() {
        const { spawn } = await import('node:child_process')
        return () =>
          new Promise((resolve) => spawn(PROGRAM, { stdio: 'ignore' }).on('exit', (exitCode) => resolve(exitCode)))
      },
      measure: contender({}).measure,
      answer: (start) => start(),
    },
  },
}
