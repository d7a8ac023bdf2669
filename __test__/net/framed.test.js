'use strict'

const { once } = require('node:events')
const net = require('node:net')
const { duplexPair } = require('node:stream')

const { createFramedServer, delimited, framed, lengthPrefixed } = require('../../lib/net/index.js')
const { thrown } = require('../fixtures/buffer/thrown.js')
const { listening, transports } = require('../fixtures/net/servers.js')

const text = lengthPrefixed({ encoding: 'utf8' })
const servers = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    for (const connection of server.open) connection.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A framed server, closed after the test, and how to connect to it. */
async function serve(transport, codec, options, listener) {
  const { connect, options: own } = transports[transport]
  const server = createFramedServer(codec, { ...own, ...options }, listener)
  server.open = new Set()
  server.on('connection', (socket) => server.open.add(socket.on('error', () => {})))
  servers.push(server)
  const port = await listening(server)
  return { server, port, raw: (more) => connect(port, more), client: (more) => framed(connect(port, more), codec) }
}

const all = async (connection) => {
  const messages = []
  for await (const message of connection) messages.push(message)
  return messages
}

const echo = async (connection) => {
  for await (const message of connection) if (!connection.send(message)) await connection.drain()
}

describe.each(Object.keys(transports))('over %s', (transport) => {
  test('what is sent is answered, in order, also after our end', async () => {
    const { client } = await serve(transport, text, {}, echo)
    const connection = client()
    const sent = Array.from({ length: 2000 }, (_, n) => `${n} `.repeat(n % 50))
    for (const message of sent) connection.send(message)
    connection.end('last')
    expect(await all(connection)).toEqual([...sent, 'last'])
    await once(connection, 'close')
  })

  test('by events, too', async () => {
    const { client } = await serve(transport, text, {}, (connection) => {
      connection.on('message', (message) => connection.send(message.toUpperCase()))
    })
    const connection = client()
    const got = []
    connection.on('message', (message) => got.push(message))
    connection.send('a')
    connection.send('b')
    connection.end()
    await once(connection, 'end')
    expect(got).toEqual(['A', 'B'])
  })

  test('large messages in both directions at once', async () => {
    const { client } = await serve(transport, lengthPrefixed(), {}, echo)
    const connection = client()
    const large = Buffer.alloc(10_000_000).map((_, n) => n >> 3)
    connection.send(large)
    connection.send(large)
    connection.end()
    const got = await all(connection)
    expect(got.map((message) => message.equals(large))).toEqual([true, true])
  })

  test('a slow reader holds the sender, and nothing is lost', async () => {
    let given = 0
    const { client } = await serve(transport, lengthPrefixed(), {}, async (connection) => {
      const piece = Buffer.alloc(10_000)
      for (; given < 3000; given++) if (!connection.send(piece.fill(given))) await connection.drain()
    })
    const connection = client()
    expect((await connection.receive())[0]).toBe(0)
    let before = -1
    // Until the sender stands still: what the kernel and both ends buffer is far less than 30 MB.
    while (before !== given) {
      before = given
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(given).toBeLessThan(2000)
    let count = 1
    for await (const message of connection) {
      if (message[9999] !== count % 256) break
      count++
    }
    expect(count).toBe(3000)
  })

  test('a frame that is cut off at the end is reported, after those before it', async () => {
    const seen = []
    const { raw } = await serve(transport, text, {}, async (connection) => {
      const messages = []
      try {
        for await (const message of connection) messages.push(message)
      } catch (error) {
        seen.push(messages, error.code, connection.error === error)
      }
    })
    const socket = raw()
    socket.end(Buffer.concat([...text.encode('whole'), Buffer.from([0, 0, 0, 9, 1])]))
    socket.resume()
    await once(socket, 'close')
    expect(seen).toEqual([['whole'], 'ERR_NET_FRAME_TRUNCATED', true])
  })

  test('a frame that is too large is reported, and what was sent before still arrives', async () => {
    const small = lengthPrefixed({ encoding: 'utf8', maxFrameBytes: 100 })
    const { server, raw } = await serve(transport, small, {}, echo)
    const reported = once(server, 'connectionError')
    const socket = raw()
    socket.write(Buffer.concat([...text.encode('fine'), ...text.encode('x'.repeat(101))]))
    expect(await all(framed(socket, text))).toEqual(['fine'])
    const [error, connection] = await reported
    expect(error).toMatchObject({ code: 'ERR_NET_FRAME_TOO_LARGE' })
    expect(connection.error).toBe(error)
  })

  test('close() waits for the other side, and drops what it says', async () => {
    const { client } = await serve(transport, text, {}, async (connection) => {
      connection.send('unread')
      await connection.receive()
      connection.send('unread, too')
    })
    const connection = client()
    await connection.close()
    expect(connection.socket.destroyed).toBe(true)
    expect(thrown(() => connection.send('late'))).toMatchObject({ code: 'ERR_STREAM_WRITE_AFTER_END' })
    await connection.close()
  })
})

test('a reset is an error of the connection', async () => {
  const errors = []
  const { server, raw } = await serve('tcp', text, {}, async (connection) => {
    connection.send('greeting')
    await connection.receive()
  })
  server.on('connectionError', (error) => errors.push(error.code))
  const socket = raw()
  await once(socket, 'data')
  const [served] = server.open
  socket.resetAndDestroy()
  await new Promise((resolve) => served.on('close', resolve))
  await new Promise(setImmediate)
  expect(errors).toEqual(['ECONNRESET'])
})

test('a reset while the loop waits for something else is told at its next step', async () => {
  let outcome
  const done = new Promise((resolve) => {
    outcome = resolve
  })
  const { raw } = await serve('tcp', text, {}, async (connection) => {
    const got = []
    try {
      for await (const message of connection) {
        got.push(message)
        if (!connection.socket.closed) await new Promise((resolve) => connection.socket.on('close', resolve))
      }
    } catch (error) {
      outcome([got, error.code])
    }
  })
  const socket = raw()
  await once(socket, 'connect')
  socket.write(Buffer.concat(text.encode('one')), () => setTimeout(() => socket.resetAndDestroy(), 50))
  expect(await done).toEqual([['one'], 'ECONNRESET'])
})

test('half-open: the other side has ended, and ours goes on until it ends', async () => {
  const { client } = await serve('tcp', text, { allowHalfOpen: true }, (connection) => {
    connection.on('message', () => {})
    connection.on('end', () => {
      let left = 5
      const timer = setInterval(() => {
        if (left-- > 0) connection.send(`late ${left}`)
        else {
          clearInterval(timer)
          connection.end()
        }
      }, 5)
    })
  })
  const connection = client()
  connection.end('question')
  expect(await all(connection)).toEqual(['late 4', 'late 3', 'late 2', 'late 1', 'late 0'])
})

test('pause() holds messages that have come already', async () => {
  const { client } = await serve('tcp', text, {}, (connection) => {
    for (let n = 0; n < 100; n++) connection.send(String(n))
    connection.end()
  })
  const connection = client()
  const got = []
  connection.on('message', (message) => {
    got.push(message)
    connection.pause()
  })
  const ended = once(connection, 'end')
  while (got.length < 100) {
    const { length } = got
    await new Promise(setImmediate)
    if (got.length > length) expect(got.length).toBe(length + 1)
    connection.resume()
  }
  connection.resume()
  await ended
  expect(got).toEqual(Array.from({ length: 100 }, (_, n) => String(n)))
})

test('small messages that nobody takes stop the sender before their objects are many', async () => {
  const codec = lengthPrefixed({ bytes: 1 })
  const server = net.createServer((socket) => socket.on('error', () => {}).end(Buffer.alloc(2 ** 20)))
  server.open = new Set()
  servers.push(server)
  const connection = framed(net.connect(await listening(server)), codec)
  expect(await connection.receive()).toHaveLength(0)
  expect(connection.socket.isPaused()).toBe(true)
  expect(connection.socket.bytesRead).toBeLessThan(2 ** 18)
  connection.destroy()
})

test('a message may be changed once it is sent', async () => {
  const { client } = await serve('tcp', lengthPrefixed(), {}, echo)
  const connection = client()
  const message = Buffer.alloc(100_000)
  for (let n = 0; n < 20; n++) connection.send(message.fill(n))
  connection.end()
  expect((await all(connection)).map((one) => [one.length, one[0], one[99_999]])).toEqual(
    Array.from({ length: 20 }, (_, n) => [100_000, n, n])
  )
})

test('what is sent in one turn is one write', async () => {
  const { client } = await serve('tcp', text, {}, echo)
  const connection = client()
  await once(connection.socket, 'connect')
  let writes = 0
  const { write } = connection.socket
  connection.socket.write = function (...args) {
    writes++
    return write.apply(this, args)
  }
  for (let n = 0; n < 100; n++) connection.send(`message ${n}`)
  for (let n = 0; n < 100; n++) await connection.receive()
  expect(writes).toBe(1)
  await connection.close()
})

test('leaving a loop leaves the connection', async () => {
  const { client } = await serve('tcp', text, {}, echo)
  const connection = client()
  for (const message of ['greeting', 'one', 'two']) connection.send(message)
  for await (const message of connection) {
    expect(message).toBe('greeting')
    break
  }
  connection.end()
  expect(await all(connection)).toEqual(['one', 'two'])
})

test('several may wait for messages; after the end all hear of it', async () => {
  const { client } = await serve('tcp', text, {}, echo)
  const connection = client()
  const waiting = [connection.receive(), connection.receive(), connection.receive(), connection.receive()]
  connection.send('a')
  connection.end('b')
  expect(await Promise.all(waiting)).toEqual(['a', 'b', undefined, undefined])
  expect(await connection.receive()).toBeUndefined()
})

test('destroy() ends waiting and sending', async () => {
  const { client } = await serve('tcp', text, {}, () => new Promise(() => {}))
  const connection = client()
  await once(connection.socket, 'connect')
  while (connection.send('x'.repeat(100_000)));
  const drained = connection.drain()
  const received = connection.receive()
  connection.destroy()
  await expect(drained).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
  expect(await received).toBeUndefined()
  const other = client()
  const failed = other.receive()
  other.destroy(new Error('planted'))
  await expect(failed).rejects.toThrow('planted')
})

test('drain() may be aborted', async () => {
  const { client } = await serve('tcp', text, {}, () => new Promise(() => {}))
  const connection = client()
  expect(await connection.drain()).toBeUndefined()
  while (connection.send('x'.repeat(100_000)));
  const controller = new AbortController()
  const drained = connection.drain({ signal: controller.signal })
  controller.abort()
  await expect(drained).rejects.toMatchObject({ code: 'ABORT_ERR' })
  await expect(connection.drain({ signal: controller.signal })).rejects.toMatchObject({ code: 'ABORT_ERR' })
  connection.destroy()
})

test('a connection that cannot be made is an error, to listeners or to whoever waits', async () => {
  const server = net.createServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  await expect(framed(net.connect(port, '127.0.0.1'), text).receive()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  const [error] = await once(framed(net.connect(port, '127.0.0.1'), text), 'error')
  expect(error.code).toBe('ECONNREFUSED')
})

test('a listener that fails costs its connection, not the server', async () => {
  const { server, client } = await serve('tcp', text, {}, async (connection) => {
    if ((await connection.receive()) === 'fail') throw new Error('planted')
    connection.send('fine')
  })
  const reported = once(server, 'connectionError')
  const failing = client()
  failing.send('fail')
  const after = await failing.receive().catch(({ code }) => code)
  expect([undefined, 'ECONNRESET']).toContain(after)
  expect((await reported)[0].message).toBe('planted')
  const other = client()
  other.send('try')
  expect(await other.receive()).toBe('fine')
})

test('any Duplex will do', async () => {
  if (duplexPair === undefined) return
  const [one, other] = duplexPair()
  const [a, b] = [
    framed(one, delimited('\n', { encoding: 'utf8' })),
    framed(other, delimited('\n', { encoding: 'utf8' })),
  ]
  a.send('hello')
  expect(await b.receive()).toBe('hello')
  b.end('bye')
  expect(await all(a)).toEqual(['bye'])
})

test('a Unix socket, too', async () => {
  const server = createFramedServer(text, echo)
  const path = process.platform === 'win32' ? '\\\\.\\pipe\\ironloop-framed' : `/tmp/ironloop-framed-${process.pid}`
  await new Promise((resolve) => server.listen(path, resolve))
  const connection = framed(net.connect(path), text)
  connection.end('x')
  expect(await all(connection)).toEqual(['x'])
  await new Promise((resolve) => server.close(resolve))
})

test('await using closes it', async () => {
  const { client } = await serve('tcp', text, {}, echo)
  const connection = client()
  await connection[Symbol.asyncDispose]()
  expect(connection.socket.destroyed).toBe(true)
})

test('arguments are checked', () => {
  const wrong = { code: 'ERR_INVALID_ARG_TYPE' }
  const socket = new net.Socket()
  expect(thrown(() => framed({}, text))).toMatchObject(wrong)
  expect(thrown(() => framed(socket, {}))).toMatchObject(wrong)
  expect(thrown(() => framed(socket, text, null))).toMatchObject(wrong)
  expect(thrown(() => framed(socket, text, { allowHalfOpen: 1 }))).toMatchObject(wrong)
  expect(thrown(() => createFramedServer({}))).toMatchObject(wrong)
  expect(thrown(() => createFramedServer(text, 1))).toMatchObject(wrong)
  expect(thrown(() => createFramedServer(text, {}, 1))).toMatchObject(wrong)
})
