'use strict'

// Whatever goes wrong while a stack is read, the thread that stands still for it goes on.

const BLOCK = 7
const frame = { functionName: 'culprit', location: { scriptId: '1', lineNumber: 0, columnNumber: 0 }, url: 'a.js' }

/** What the thread has told the watchdog, and the sessions it had. @param {Record<string, any>} failing */
function startWorker(failing) {
  /** @type {any[]} */
  const told = []
  /** @type {any[]} */
  const sessions = []
  const binding = {
    loopOpenCapture: () => 1,
    loopTakeAsked: () => [{ block: BLOCK, threadId: 0, release: false }],
    loopAsking() {},
    loopStopped: failing.loopStopped ?? (() => true),
    loopCaptured: (/** @type {any[]} */ ...args) => told.push(args),
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
    /** @param {string} method */
    post(method) {
      this.posted.push(method)
      failing[method]?.()
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
  const [session] = sessions
  const paused = { method: 'Debugger.paused', params: { callFrames: [failing.frame ?? frame] } }
  const stop = () => session.connected && session.hear(paused)
  return { told, session, stop }
}
afterEach(() => jest.resetModules())

const fail = () => {
  throw new Error('planted')
}

test('the stack is told, and the thread goes on before', () => {
  const { session, stop, told } = startWorker({})
  expect(session.posted).toEqual(['Debugger.enable', 'Debugger.pause'])
  stop()
  expect(session.posted.slice(2)).toEqual(['Debugger.resume', 'Debugger.disable'])
  expect(session.connected).toBe(false)
  expect(told).toEqual([[BLOCK, '    at culprit (a.js:1:1)', expect.stringContaining('culprit')]])
})

test.each([
  ['the watchdog does not answer', { loopStopped: fail }, /could not be read: planted/],
  ['the frames cannot be read', { frame: {} }, /could not be read/],
  ['the thread cannot be stopped', { 'Debugger.pause': fail }, /the inspector refused: planted/],
  ['there is no session to be had', { connect: fail }, /the inspector refused: planted/],
])('%s: its session ends all the same, and it is said why there is no stack', (_, failing, reason) => {
  const { session, stop, told } = startWorker(failing)
  stop()
  expect(session.connected).toBe(false)
  expect(told).toEqual([[BLOCK, undefined, undefined, expect.stringMatching(reason)]])
})

test.each(['Debugger.resume', 'Debugger.disable'])('%s is refused: the end of the session does it', (method) => {
  const { session, stop, told } = startWorker({ [method]: fail })
  stop()
  expect(session.connected).toBe(false)
  expect(told).toEqual([[BLOCK, expect.stringContaining('culprit'), expect.anything()]])
})
