'use strict'

// What run() is given and what it finds, as it is when it is called.

const { run } = require('../../lib/child_process')

test('the working directory is the one at the call', async () => {
  const before = process.cwd()
  const kept = run('pwd')
  const late = run('pwd', { capture: 'none' })
  const lines = late[Symbol.asyncIterator]()
  process.chdir('/')
  try {
    expect((await kept).stdout).toBe(before)
    expect((await lines.next()).value).toBe(before)
  } finally {
    process.chdir(before)
  }
  await late
})

test.each([[undefined], ['x']])('a name with NUL in env is refused with the value %p', (value) => {
  const call = () => run('true', [], { env: { 'A\0LD_PRELOAD=x': value } })
  expect(call).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }))
})

test.each([[Symbol('x')], [{}], [Object.create(null)], [() => {}]])('a variable cannot be %p', (value) => {
  const call = () => run('true', [], { env: { A: value } })
  expect(call).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }))
})

test('undefined sets no variable, whatever its name', async () => {
  const { stdout } = await run('env', { env: { 'INJECTED=1': undefined, '': undefined }, capture: 'lines' })
  expect(stdout.filter((line) => line.startsWith('INJECTED'))).toEqual([])
})

test('what is added to Object.prototype is no option and no variable', async () => {
  const prototype = /** @type {any} */ (Object.prototype)
  const polluted = { shell: '/bin/echo', cwd: '/etc', env: { EVIL: '1' }, umask: 0o777, input: 'x', NODE_EVIL: '1' }
  Object.assign(prototype, polluted)
  /** @type {any} */
  let running
  try {
    running = run('sh', ['-c', 'pwd; echo "$EVIL$NODE_EVIL"; umask; cat'], { env: { A: '1' } })
  } finally {
    for (const name of Object.keys(polluted)) delete prototype[name]
  }
  const { stdout } = await running
  expect(stdout.split('\n').slice(0, 2)).toEqual([process.cwd(), ''])
  expect(stdout).not.toContain('0777')
})
