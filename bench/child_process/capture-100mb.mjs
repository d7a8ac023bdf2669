// Keeping all that a child writes: 100 MB of stdout in one Buffer.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const BYTES = 100_000_000
const COMMAND = ['head', ['-c', String(BYTES), '/dev/zero']]

async function concat(child) {
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  await once(child, 'close')
  return Buffer.concat(chunks).length
}

export default {
  title: 'capture of 100 MB of stdout in one Buffer',
  unit: 'MB/s',
  better: 'higher',
  mode: 'alternating',
  rounds: 7,
  params: { bytes: BYTES },
  rows: [{ name: 'run()', atLeast: { 'node:child_process': 1.8, execa: 3 } }],
  contenders: {
    ironloop: {
      setup: async () => (await import('ironloop/child_process')).default.run,
      run: (run) => run(...COMMAND, { capture: 'buffer', maxBuffer: 2 * BYTES }).then(({ stdout }) => stdout.length),
    },
    'node:child_process': { run: () => concat(spawn(...COMMAND)) },
    execa: {
      setup: async () => (await import('execa')).execa,
      run: (execa) =>
        execa(...COMMAND, { encoding: 'buffer', maxBuffer: 2 * BYTES }).then(({ stdout }) => stdout.length),
    },
  },
}
