// What it costs to have ironloop in a program: the wall time of a whole node process that loads it, less that of a bare
// one. Both start in turns and the fastest of each counts: whatever else the machine does only ever adds.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bench = fileURLToPath(new URL('..', import.meta.url))
const modules = ['buffer', 'child_process', 'events', 'loop', 'net', 'pool', 'stream', 'timers']

const started = (args) => {
  const begun = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: bench })
  const elapsed = Number(process.hrtime.bigint() - begun) / 1e6
  if (status !== 0) throw new Error(`node ${args.join(' ')}: ${stderr}`)
  return elapsed
}

/** The arguments of a node that does nothing but load `name` in this row's way. */
const program = ({ how }, name) => {
  const body = how === 'require' ? `require('${name}')` : `import '${name}'`
  if (how === 'every module') return ['-e', modules.map((module) => `require('${name}').${module}`).join(';')]
  return how === 'require' ? ['-e', body] : ['--input-type=module', '-e', body]
}
const bare = ({ how }) => (how === 'import' ? ['--input-type=module', '-e', ''] : ['-e', ''])

const loading = (name, only) => ({
  absent: ({ how }) => only && !only.includes(how) && 'cannot be loaded in this way',
  setup: (params) => [bare(params), name ? program(params, name) : bare(params)],
  measure: ([without, loaded], { pairs, quick }) => {
    let base = Infinity
    let whole = Infinity
    for (let pair = 0; pair < (quick ? 3 : pairs); pair++) {
      base = Math.min(base, started(without))
      whole = Math.min(whole, started(loaded))
    }
    return whole - base
  },
})

export default {
  title: "what loading ironloop adds to node's start: require, import, all modules touched",
  unit: 'ms',
  better: 'lower',
  rounds: 5,
  warmup: false,
  params: { pairs: 5 },
  rows: [
    { name: 'require', how: 'require', limit: 5 },
    { name: 'import', how: 'import' },
    { name: 'require, every module touched', how: 'every module' },
  ],
  contenders: {
    ironloop: loading('ironloop'),
    piscina: loading('piscina', ['require', 'import']),
    workerpool: loading('workerpool', ['require', 'import']),
    execa: loading('execa', ['import']),
    eventemitter3: loading('eventemitter3', ['require', 'import']),
    nothing: { ...loading(), ratio: false },
  },
}
