'use strict'

const { capabilities } = require('../../lib/index.js')
const { run } = require('../../lib/child_process')
const { isAlive } = require('../fixtures/child_process/processes.js')

const { processLimit } = /** @type {any} */ (capabilities().modules.child_process)
const node = process.execPath

test('memoryBytes is of the whole tree, and ends all of it', async () => {
  const hungry = 'const all = []; setInterval(() => all.push(Buffer.alloc(8e6, 1)), 5)'
  const script = 'setsid "$0" -e "$1" & echo $!; wait'
  const error = await run('sh', ['-c', script, node, hungry], { limits: { memoryBytes: 200e6 } }).catch((one) => one)
  expect(error).toMatchObject({ code: 'ERR_CHILD_PROCESS_MEMORY_LIMIT', timedOut: false, cancelled: false })
  expect(error.message).toContain('more than 200000000 bytes of memory')
  expect(isAlive(Number(error.stdout))).toBe(false)
})

test('who stays below it is not touched', async () => {
  const { stdout } = await run(node, ['-e', 'setTimeout(() => console.log("done"), 100)'], {
    limits: { memoryBytes: 400e6 },
  })
  expect(stdout).toBe('done')
})

test('processes bounds the tree, or says that nobody can', async () => {
  const start = () => run('sh', ['-c', 'for i in 1 2 3 4 5 6; do sleep 1 & done; wait'], { limits: { processes: 4 } })
  if (processLimit === 'none') {
    const refused = {
      code: 'ERR_CHILD_PROCESS_OPTION_UNSUPPORTED',
      message: expect.stringContaining('pids controller'),
    }
    expect(start).toThrow(expect.objectContaining(refused))
  } else {
    await expect(start()).rejects.toMatchObject({ code: 'ERR_CHILD_PROCESS_FAILED' })
  }
})

describe.each([
  ['alone', {}],
  ['below a warden', { killTree: true }],
])('%s', (_, options) => {
  test.each([
    [{ openFiles: 33 }, 'ulimit -n', '33'],
    [{ cpuTimeMs: 1500 }, 'ulimit -t', '2'],
    [{ addressSpaceBytes: 1 << 30 }, 'ulimit -v', '1048576'],
    [{ fileSizeBytes: 512 * 7 }, 'ulimit -f', '7'],
  ])('%j', async (limits, command, expected) => {
    expect((await run('/bin/sh', ['-c', command], { limits, ...options })).stdout).toBe(expected)
  })

  test('few descriptors may be left to a program by one that has many', async () => {
    const fs = require('node:fs')
    const open = Array.from({ length: 50 }, () => fs.openSync('/dev/null'))
    const { stdout } = await run('/bin/sh', ['-c', 'ulimit -n'], { limits: { openFiles: 20 }, ...options })
    expect(stdout).toBe('20')
    for (const descriptor of open) fs.closeSync(descriptor)
  })

  test('a file that is too large ends the program', async () => {
    const error = await run('sh', ['-c', 'exec head -c 100000 /dev/zero > /tmp/ironloop-too-large'], {
      limits: { fileSizeBytes: 1000 },
      ...options,
    }).catch((one) => one)
    expect(error.signal).toBe('SIGXFSZ')
    require('node:fs').rmSync('/tmp/ironloop-too-large')
  })

  test('processor time that is used up ends the program', async () => {
    const error = await run('sh', ['-c', 'while :; do :; done'], { limits: { cpuTimeMs: 1000 }, ...options }).catch(
      (one) => one
    )
    expect(['SIGXCPU', 'SIGKILL']).toContain(error.signal)
  })
})

test.each([[{ memoryBytes: -1 }], [{ processes: 1.5 }], [{ memory: 1 }]])('%j is refused', (limits) => {
  expect(() => run('true', [], { limits: /** @type {any} */ (limits) })).toThrow(/options\.limits/)
})
