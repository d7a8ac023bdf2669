'use strict'

// Whatever goes wrong while a stack is taken, the session ends, and it is said why there is none.

const BLOCK = 7
const frame = { functionName: 'culprit', lineNumber: 0, columnNumber: 0, url: 'a.js' }
const expression = { functionName: '', lineNumber: 0, columnNumber: 0, url: '' }

/** What the thread tells the watchdog, and the session it has. @param {Record<string, any>} failing */
function startWorker(failing) {
  /** @type {any[]} */
  const sessions = []
  const binding = {
    loopOpenCapture: () => 1,
    loopTakeAsked: () => [{ block: BLOCK, threadId: 0, release: false }],
    loopAsking() {},
    loopAnswered: failing.loopAnswered ?? (() => true),
    loopCaptured: (/** @type {any[]} */ ..._args) => {},
  }
  class Session {
    /** @type {string[]} */
    posted = []
    connected = false
    constructor() {
      sessions.push(this)
    }
    connectToMainThread() {
      failing.connect?.()
      this.connected = true
    }
    /** @param {string} _ @param {(message: any) => void} hear */
    on(_, hear) {
      this.hear = hear
    }
    /** @param {string} method @param {any} _ @param {(error: Error | null, result?: any) => void} answer */
    post(method, _, answer) {
      this.posted.push(method)
      const callFrames = [expression, failing.frame ?? frame]
      const thrown = { exception: { unserializableValue: '1n' }, stackTrace: { callFrames } }
      try {
        failing[method]?.()
        answer(null, method === 'Runtime.evaluate' ? { exceptionDetails: thrown } : {})
      } catch (error) {
        answer(/** @type {Error} */ (error))
      }
    }
    disconnect() {
      this.connected = false
    }
  }
  jest.resetModules()
  jest.doMock('../../lib/internal/native.js', () => ({ native: () => binding }))
  jest.doMock('node:inspector', () => ({ Session }))
  /** @type {any} */
  let source
  jest.doMock('../../lib/internal/inbox.js', () => ({
    openPort: (/** @type {any} */ given) => {
      source = given
      return { id: 1, ref() {} }
    },
  }))
  jest.doMock('node:worker_threads', () => ({ parentPort: null, workerData: { of: 0 } }))
  require('../../lib/loop/stack-worker.js')
  source.deliverNext()
  const answered = new Promise((resolve) => {
    binding.loopCaptured = (...args) => resolve(args)
  })
  return { answered, session: sessions[0] }
}
afterEach(() => jest.resetModules())

const fail = () => {
  throw new Error('planted')
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test.each([
  ['the stack is told, and the session ends', {}],
  ['a stack needs no source maps', { 'Debugger.enable': fail }],
])('%s', async (_, failing) => {
  const { session, answered } = startWorker(failing)
  expect(await answered).toEqual([BLOCK, '    at culprit (a.js:1:1)', expect.stringContaining('culprit')])
  const asked = ['Runtime.enable', 'Runtime.evaluate', 'Debugger.setSkipAllPauses', 'Debugger.enable']
  expect(session.posted).toEqual(asked)
  await turn()
  expect(session.connected).toBe(false)
})

test.each([
  ['the watchdog does not answer', { loopAnswered: fail }, /could not be read: planted/],
  ['the block is over', { loopAnswered: () => false }, /it was over/],
  ['the frames cannot be read', { frame: {} }, /could not be read/],
  ['the thread cannot be asked', { 'Runtime.evaluate': fail }, /the inspector refused: planted/],
  ['there is no session to be had', { connect: fail }, /the inspector refused: planted/],
])('%s: its session ends all the same, and it is said why there is no stack', async (_, failing, reason) => {
  const { session, answered } = startWorker(failing)
  expect(await answered).toEqual([BLOCK, undefined, undefined, expect.stringMatching(reason)])
  await turn()
  expect(session.connected).toBe(false)
})

test('a termination that the expression met is handed on to its thread', async () => {
  const terminated = () => {
    throw new Error('Inspector error -32000: Execution was terminated')
  }
  const { session, answered } = startWorker({ 'Runtime.evaluate': terminated })
  await answered
  expect(session.posted.at(-1)).toBe('Runtime.terminateExecution')
})
