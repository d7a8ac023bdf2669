'use strict'

// What is refused, before anything starts.

const { run } = require('../../lib/child_process')

/** @type {any} */
const anyRun = run

test.each([
  ['file', [1], 'ERR_INVALID_ARG_TYPE'],
  ['file', [''], 'ERR_INVALID_ARG_VALUE'],
  ['file', ['a\0b'], 'ERR_INVALID_ARG_VALUE'],
  ['file', [new URL('https://example.com')], 'ERR_INVALID_URL_SCHEME'],
  ['args', ['true', 'a'], 'ERR_INVALID_ARG_TYPE'],
  ['args[1]', ['true', ['a', {}]], 'ERR_INVALID_ARG_TYPE'],
  ['args[0]', ['true', ['a\0b']], 'ERR_INVALID_ARG_VALUE'],
  ['options', ['true', [], 1], 'ERR_INVALID_ARG_TYPE'],
  ['options', ['true', [], null], 'ERR_INVALID_ARG_TYPE'],
])('%s of %j', (name, args, code) => {
  expect(() => anyRun(...args)).toThrow(expect.objectContaining({ code }))
  if (code.startsWith('ERR_INVALID_ARG')) expect(() => anyRun(...args)).toThrow(name)
})

test.each([
  [{ capture: 'string' }, 'ERR_INVALID_ARG_VALUE'],
  [{ onOverflow: 'drop' }, 'ERR_INVALID_ARG_VALUE'],
  [{ stripFinalNewline: 1 }, 'ERR_INVALID_ARG_TYPE'],
  [{ reject: 'no' }, 'ERR_INVALID_ARG_TYPE'],
  [{ merge: null }, 'ERR_INVALID_ARG_TYPE'],
  [{ maxBuffer: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ maxBuffer: Number.NaN }, 'ERR_OUT_OF_RANGE'],
  [{ timeout: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ timeout: 1.5 }, 'ERR_OUT_OF_RANGE'],
  [{ timeout: '1' }, 'ERR_INVALID_ARG_TYPE'],
  [{ gracePeriodMs: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ killSignal: 'SIGNOTHING' }, 'ERR_UNKNOWN_SIGNAL'],
  [{ killSignal: 999 }, 'ERR_UNKNOWN_SIGNAL'],
  [{ killSignal: 0 }, 'ERR_UNKNOWN_SIGNAL'],
  [{ killSignal: {} }, 'ERR_INVALID_ARG_TYPE'],
  [{ signal: {} }, 'ERR_INVALID_ARG_TYPE'],
  [{ cwd: 1 }, 'ERR_INVALID_ARG_TYPE'],
  [{ cwd: 'a\0b' }, 'ERR_INVALID_ARG_VALUE'],
  [{ env: 'A=B' }, 'ERR_INVALID_ARG_TYPE'],
  [{ env: { A: 'a\0b' } }, 'ERR_INVALID_ARG_VALUE'],
  [{ env: { 'a\0b': '' } }, 'ERR_INVALID_ARG_VALUE'],
  [{ shell: 1 }, 'ERR_INVALID_ARG_TYPE'],
  [{ preferLocal: 1 }, 'ERR_INVALID_ARG_TYPE'],
  [{ input: 1 }, 'ERR_INVALID_ARG_TYPE'],
  [{ input: {} }, 'ERR_INVALID_ARG_TYPE'],
  [{ stdin: 'overlapped' }, 'ERR_INVALID_ARG_VALUE'],
  [{ stdin: 'pipe', input: '' }, 'ERR_INVALID_ARG_VALUE'],
  [{ uid: -1 }, 'ERR_OUT_OF_RANGE'],
  [{ gid: 2 ** 32 - 1 }, 'ERR_OUT_OF_RANGE'],
  [{ umask: 0o1000 }, 'ERR_OUT_OF_RANGE'],
  [{ nice: 20 }, 'ERR_OUT_OF_RANGE'],
  [{ limits: [] }, 'ERR_INVALID_ARG_TYPE'],
  [{ limits: { files: 1 } }, 'ERR_INVALID_ARG_VALUE'],
  [{ limits: { openFiles: -1 } }, 'ERR_OUT_OF_RANGE'],
])('options %j', (options, code) => {
  expect(() => anyRun('true', options)).toThrow(expect.objectContaining({ code }))
  expect(() => anyRun.with(options)('true')).toThrow(expect.objectContaining({ code }))
})

test('an option that is undefined has its default', async () => {
  const options = { capture: undefined, timeout: undefined, cwd: undefined, env: undefined, signal: undefined }
  expect((await anyRun('echo', ['a'], options)).stdout).toBe('a')
})

test('numbers are arguments too', async () => {
  expect((await anyRun('echo', [1, 2n, -0.5])).stdout).toBe('1 2 -0.5')
})

test('an unknown signal cannot be sent', async () => {
  const running = run('sleep', ['100'])
  expect(() => running.kill(/** @type {any} */ ('SIGNOTHING'))).toThrow(
    expect.objectContaining({ code: 'ERR_UNKNOWN_SIGNAL' })
  )
  running.kill('SIGKILL')
  await expect(running).rejects.toMatchObject({ signal: 'SIGKILL' })
})
