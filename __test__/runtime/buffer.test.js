'use strict'

// The buffer module in plain node: what Jest's sandbox hides (memory, workers, loaders).

const path = require('node:path')
const { execute } = require('../fixtures/execute.js')

const programs = {
  'memory stays bounded over 100,000 calls': 'bounded-memory.js',
  'native memory goes with its MultiFinder': 'collected-finders.js',
  'offsets beyond 2 GiB, and 4 GiB where Node has them, are right': 'beyond-2-gib.js',
  'workers search and hash, and may be terminated meanwhile': 'workers.js',
  'a process ends with its last job': 'waiting-inputs.js',
  'require and import give one module': 'both-loaders.mjs',
}

test.each(Object.entries(programs))(
  '%s',
  async (_, file) => {
    const program = path.join(__dirname, '../fixtures/buffer', file)
    const { stdout } = await execute(process.execPath, ['--expose-gc', program], { timeout: 110_000 })
    expect(stdout).toBe('ok\n')
  },
  120_000
)
