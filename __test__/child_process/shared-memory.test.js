'use strict'

// fork() with `ipc: 'shared-memory'`: what Node's channel promises is kept, and what the rings add.

const { AsyncLocalStorage } = require('node:async_hooks')
const { once } = require('node:events')
const net = require('node:net')
const path = require('node:path')
const { fork } = require('../../lib/child_process')

const child = path.join(__dirname, '../fixtures/child_process/rings.js')

/** @type {any[]} */
let started = []

afterEach(() => {
  for (const one of started) one.kill('SIGKILL')
  started = []
})

/**
 * @param {string[]} args
 * @param {object} [options]
 * @returns {any}
 */
function start(args, options = {}) {
  const one = fork(child, args, { ipc: 'shared-memory', ...options })
  started.push(one)
  return one
}

/**
 * @param {any} one
 * @param {unknown} message
 */
async function echoed(one, message) {
  one.send(message)
  const [answer] = await once(one, 'message')
  return answer
}

/**
 * @param {any} one
 * @param {ArrayBufferView} bytes
 * @returns {Promise<Buffer>}
 */
async function echoedBytes(one, bytes) {
  one.sendBinary(bytes)
  const [answer] = await once(one, 'binary')
  return answer
}

/**
 * The first so many of an event.
 * @param {any} one
 * @param {string} name
 * @param {number} count
 * @returns {Promise<any[]>}
 */
function events(one, name, count) {
  /** @type {any[]} */
  const all = []
  return new Promise((resolve) => one.on(name, (/** @type {any} */ value) => all.push(value) === count && resolve(all)))
}

/** Everything that comes until the channel ends. @param {any} one */
async function untilDisconnect(one) {
  /** @type {any[]} */
  const messages = []
  one.on('message', (/** @type {any} */ message) => messages.push(message))
  await once(one, 'disconnect')
  return messages
}

const isCounting = (/** @type {any[]} */ messages) => messages.every(({ value }, at) => value === at)

describe('messages', () => {
  test('are what JSON makes of them', async () => {
    const one = start(['echo'])
    for (const message of [{ a: [1, 'ü', null] }, 'text', 0, true, null, { long: 'é'.repeat(300_000) }, {}]) {
      expect(await echoed(one, message)).toEqual(message)
    }
    expect(await echoed(one, { at: new Date(0), not: undefined })).toEqual({ at: '1970-01-01T00:00:00.000Z' })
  })

  test("are clones under serialization 'advanced', errors with their code", async () => {
    const one = start(['echo'], { serialization: 'advanced' })
    const values = [
      new Map([[1, { a: new Set(['x']) }]]),
      { big: 2n ** 70n },
      new Date(5),
      /x/gi,
      Buffer.from('ab'),
      Object.assign([1], { 3: 2 }),
      null,
    ]
    for (const value of values) expect(await echoed(one, value)).toEqual(value)
    const error = await echoed(one, Object.assign(new RangeError('no'), { code: 'E_NO', cause: 1 }))
    expect(error).toMatchObject({ name: 'RangeError', message: 'no', code: 'E_NO', cause: 1 })
    const graph = /** @type {any} */ ({ name: 'loop' })
    graph.self = graph
    const back = await echoed(one, graph)
    expect(back.self).toBe(back)
    // The same keys again and again, which go as a number from the second time on.
    for (let n = 0; n < 5; n++) expect(await echoed(one, { n, text: 'ü' })).toEqual({ n, text: 'ü' })
    expect(() => one.send({ no: () => {} })).toThrow(expect.objectContaining({ name: 'DataCloneError' }))
    expect(await echoed(one, { n: 6, text: '' })).toEqual({ n: 6, text: '' })
  })

  test('are refused as Node refuses them', () => {
    const one = start(['echo'])
    expect(() => one.send()).toThrow(expect.objectContaining({ code: 'ERR_MISSING_ARGS' }))
    expect(() => one.send(() => {})).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }))
    expect(() => one.send('x', undefined, 5)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }))
    expect(() => one.send({ toJSON: () => undefined })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' })
    )
  })

  test('are captured at the call, and its callback says when they are safe', async () => {
    const one = start(['echo'])
    const message = { n: 1 }
    const sent = new Promise((resolve) => one.send(message, resolve))
    message.n = 2
    expect(await once(one, 'message')).toEqual([{ n: 1 }, undefined])
    expect(await sent).toBe(null)
  })

  test('keep the context of fork()', async () => {
    const storage = new AsyncLocalStorage()
    const one = storage.run('here', () => start(['echo']))
    one.send('x')
    const seen = await new Promise((resolve) => one.once('message', () => resolve(storage.getStore())))
    expect(seen).toBe('here')
  })

  test('wait for a listener, one after another', async () => {
    const one = start(['late'])
    await once(one, 'spawn')
    one.send('first')
    one.send('second')
    expect((await once(one, 'message'))[0]).toBe('early')
    expect((await once(one, 'message'))[0]).toBe('second')
    await once(one, 'exit')
  })

  test('with a handle take the channel', async () => {
    const one = start(['handle'])
    const server = net.createServer().listen(0)
    await once(server, 'listening')
    const { port } = /** @type {net.AddressInfo} */ (server.address())
    one.send('take it', server)
    expect((await once(one, 'message'))[0]).toEqual({ message: 'take it', port })
    server.close()
  })
})

describe('bytes', () => {
  test.each([0, 1, 7, 8, 4096, 4097, 65_536, 262_144, 262_145, 3_000_000])('%i of them come back', async (length) => {
    const one = start(['echo'])
    const bytes = Buffer.from(Array.from({ length: Math.min(length, 5000) }, (_, at) => at * 7))
    const all = Buffer.alloc(length, bytes.length ? bytes : 0)
    expect((await echoedBytes(one, all)).equals(all)).toBe(true)
  })

  test('are taken at the call, of any view', async () => {
    const one = start(['echo'])
    const bytes = Buffer.from('before')
    one.sendBinary(bytes)
    bytes.fill(0)
    expect(String((await once(one, 'binary'))[0])).toBe('before')
    const shared = new Uint8Array(new SharedArrayBuffer(8), 2, 3).fill(9)
    expect([...(await echoedBytes(one, shared))]).toEqual([9, 9, 9])
    expect([...(await echoedBytes(one, new DataView(new Uint8Array([1, 2, 3]).buffer, 1)))]).toEqual([2, 3])
    expect(await echoedBytes(one, new Float64Array([1.5]))).toHaveLength(8)
  })

  test('are refused where they are none', () => {
    const one = start(['echo'])
    expect(() => one.sendBinary('text')).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }))
    expect(() => one.sendBinary(Buffer.alloc(1), 1)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }))
  })

  test('that nobody ever listened to do not keep messages back', async () => {
    const one = start(['message-only'])
    one.sendBinary(Buffer.alloc(5))
    expect(await echoed(one, 'after')).toBe('after')
  })
})

describe('room', () => {
  test('a full ring says so, drains, and keeps the order', async () => {
    const one = start(['echo'])
    const answered = events(one, 'message', 5000)
    let waited = 0
    const pad = 'x'.repeat(1000)
    for (let n = 0; n < 5000; n++) {
      if (one.send({ n, pad })) continue
      waited++
      await once(one, 'drain')
    }
    expect(waited).toBeGreaterThan(0)
    expect((await answered).every(({ n }, at) => n === at)).toBe(true)
  })

  test('what is sent past it waits, and flush() for it', async () => {
    const one = start(['echo'])
    const answered = events(one, 'binary', 8)
    const megabytes = Array.from({ length: 8 }, (_, n) => Buffer.alloc(1 << 20, n))
    const sent = megabytes.map((bytes) => new Promise((resolve) => one.sendBinary(bytes, resolve)))
    await one.flush()
    expect(await Promise.all(sent)).toEqual(sent.map(() => null))
    expect((await answered).map((bytes) => [bytes.length, bytes[0], bytes.at(-1)])).toEqual(
      megabytes.map((_, n) => [1 << 20, n, n])
    )
  }, 20_000)

  test('a child that waits for it sends everything', async () => {
    const messages = await untilDisconnect(start(['count', '50000']))
    expect(messages).toHaveLength(50_000)
    expect(isCounting(messages)).toBe(true)
  })
})

test('what waits is sent as fast as there is room, however much it is', async () => {
  expect(await untilDisconnect(start(['flush', '300000']))).toHaveLength(300_000)
}, 15_000)

describe('the end', () => {
  test('after flush() a child may exit at once: all came before its end was told', async () => {
    const one = start(['flush', '40000'])
    const exit = once(one, 'exit')
    const messages = await untilDisconnect(one)
    expect(messages).toHaveLength(40_000)
    expect(isCounting(messages)).toBe(true)
    expect(await exit).toEqual([7, null])
  })

  test('what found room is not lost either', async () => {
    const one = start(['exit', '1000'])
    expect(await untilDisconnect(one)).toHaveLength(1000)
  })

  test('a child that exits hears nothing more', async () => {
    const one = start(['quit'])
    for (let n = 0; n < 5; n++) one.send(n)
    expect(await once(one, 'exit')).toEqual([1, null])
  })

  test('a child that does not listen ends by itself', async () => {
    const one = start(['sender'])
    expect(await untilDisconnect(one)).toEqual(['and out'])
  })

  test('disconnect() ends both, and nothing can be sent any more', async () => {
    const one = start(['echo'])
    expect(await echoed(one, 1)).toBe(1)
    one.disconnect()
    expect(await once(one, 'exit')).toEqual([0, null])
    for (const send of [
      (/** @type {any} */ back) => one.send('x', back),
      (/** @type {any} */ back) => one.sendBinary(Buffer.alloc(1), back),
    ]) {
      expect(await new Promise((resolve) => send(resolve))).toMatchObject({ code: 'ERR_IPC_CHANNEL_CLOSED' })
    }
    expect(one.sendBinary(Buffer.alloc(1))).toBe(false)
    expect((await once(one, 'error').catch((error) => [error]))[0]).toMatchObject({ code: 'ERR_IPC_CHANNEL_CLOSED' })
    await one.flush()
  })

  test('a child that is killed while much waits for it: callbacks and flush() hear of it', async () => {
    const one = start(['deaf'])
    const sent = Array.from({ length: 4 }, () => new Promise((back) => one.sendBinary(Buffer.alloc(1 << 20), back)))
    const flushed = one.flush().catch((/** @type {any} */ error) => error.code)
    one.kill('SIGKILL')
    await once(one, 'disconnect')
    expect(await flushed).toBe('ERR_IPC_CHANNEL_CLOSED')
    expect(await Promise.all(sent)).toContainEqual(expect.objectContaining({ code: 'ERR_IPC_CHANNEL_CLOSED' }))
  })

  test('one that cannot be started says so as ever', async () => {
    const one = start([], { execPath: '/not/there' })
    expect((await once(one, 'error').catch((error) => [error]))[0]).toMatchObject({ code: 'ENOENT' })
  })
})

describe('the child', () => {
  test('sees nothing of it: arguments, environment, descriptors', async () => {
    const about = async (/** @type {object} */ options) => {
      const one = fork(
        child,
        ['about', 'more'],
        /** @type {any} */ ({ env: { OWN: 'yes' }, execArgv: ['--no-warnings'], ...options })
      )
      return (await once(one, 'message'))[0]
    }
    const [plain, rings] = await Promise.all([about({}), about({ ipc: 'shared-memory' })])
    expect(rings).toMatchObject({
      argv: [child, 'about', 'more'],
      execArgv: ['--no-warnings'],
      variable: null,
      own: 'yes',
    })
    expect(plain).toMatchObject({ argv: rings.argv, execArgv: rings.execArgv })
  })

  test.each([['inherit'], ['pipe'], [['ignore', 'pipe', 'inherit', 'ipc']], [['ipc', 'ignore', 'ignore', 'pipe']]])(
    'may have any stdio: %j',
    async (stdio) => {
      expect(await echoed(start(['echo'], { stdio }), 'x')).toBe('x')
    }
  )

  test('has what Node refuses refused', () => {
    expect(() => start(['echo'], { ipc: 'pigeon' })).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }))
    expect(() => start(['echo'], { stdio: 'no' })).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }))
    expect(() => start(['echo'], { stdio: ['pipe'] })).toThrow(
      expect.objectContaining({ code: 'ERR_CHILD_PROCESS_IPC_REQUIRED' })
    )
    expect(() => start(['echo'], { serialization: 'no' })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' })
    )
  })

  test("with ipc: 'node' has Node's channel alone", async () => {
    const one = start(['sender'], { ipc: 'node' })
    expect(one.sendBinary).toBe(undefined)
    expect((await once(one, 'message'))[0]).toBe('and out')
  })
})
