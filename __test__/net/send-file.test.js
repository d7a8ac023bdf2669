'use strict'

const { randomBytes } = require('node:crypto')
const { once } = require('node:events')
const fs = require('node:fs')
const http = require('node:http')
const http2 = require('node:http2')
const https = require('node:https')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const { PassThrough } = require('node:stream')
const tls = require('node:tls')
const { pathToFileURL } = require('node:url')

const { sendFile } = require('../../lib/net/index.js')
const { cert, key } = require('../fixtures/net/certificate.js')
const { listening } = require('../fixtures/net/servers.js')
const { collected } = require('../fixtures/stream/chunks.js')

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-send-file-'))
const file = path.join(folder, 'file')
const bytes = randomBytes(20_000_000)
fs.writeFileSync(file, bytes)
fs.writeFileSync(path.join(folder, 'empty'), '')
afterAll(() => fs.rmSync(folder, { recursive: true }))

const servers = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function started(server) {
  servers.push(server)
  return listening(server)
}

/** What a server's listener sends to who connects, and what came of it. */
async function received(serve, transport = net) {
  const outcome = {}
  const server = transport === tls ? tls.createServer({ cert, key }) : net.createServer()
  server.on(transport === tls ? 'secureConnection' : 'connection', (socket) => {
    socket.on('error', (error) => (outcome.error = error))
    outcome.served = Promise.resolve(serve(socket)).then(
      (value) => (outcome.value = value),
      (error) => (outcome.failure = error)
    )
  })
  const port = await started(server)
  const chunks = []
  const client = transport === tls ? tls.connect({ port, host: 'localhost', ca: cert }) : net.connect(port, '127.0.0.1')
  client.on('data', (chunk) => chunks.push(chunk))
  client.on('error', () => {})
  await new Promise((resolve) => client.on('close', resolve))
  await outcome.served
  return { ...outcome, bytes: Buffer.concat(chunks) }
}

/** One request; with an agent of its own kept alive if given. */
async function requested(port, { secure = false, ...options } = {}) {
  const request = (secure ? https : http).request({ port, host: 'localhost', ca: cert, ...options })
  request.end()
  const [response] = await once(request, 'response')
  const chunks = []
  for await (const chunk of response) chunks.push(chunk)
  return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) }
}

describe.each([
  ['a plain socket', net],
  ['a TLS socket', tls],
])('%s', (_, transport) => {
  test('the file has its place between what is written before and after', async () => {
    const { value, bytes: got } = await received((socket) => {
      socket.write('before ')
      socket.write('and before ')
      const first = sendFile(socket, file, { end: 9_999_999 })
      socket.write('between')
      const second = sendFile(socket, file, { start: 10_000_000 })
      socket.write(' after')
      socket.end(' and after')
      return Promise.all([first, second])
    }, transport)
    expect(value).toEqual([10_000_000, 10_000_000])
    const expected = Buffer.concat([
      Buffer.from('before and before '),
      bytes.subarray(0, 10_000_000),
      Buffer.from('between'),
      bytes.subarray(10_000_000),
      Buffer.from(' after and after'),
    ])
    expect(got.equals(expected)).toBe(true)
  })

  test('parts: start and end as of createReadStream', async () => {
    for (const [options, expected] of [
      [{ start: 5, end: 5 }, bytes.subarray(5, 6)],
      [{ end: 99 }, bytes.subarray(0, 100)],
      [{ start: 19_999_990 }, bytes.subarray(19_999_990)],
      [{ start: 19_999_990, end: 2 ** 40 }, bytes.subarray(19_999_990)],
      [{ start: 20_000_000 }, Buffer.alloc(0)],
      [{ start: 30_000_000 }, Buffer.alloc(0)],
    ]) {
      const { value, bytes: got } = await received(async (socket) => {
        const sent = await sendFile(socket, file, options)
        socket.end()
        return sent
      }, transport)
      expect([value, got.equals(expected)]).toEqual([expected.length, true])
    }
  })

  test('a file that is not there leaves the socket as it was', async () => {
    const { bytes: got, failure } = await received(async (socket) => {
      const failed = await sendFile(socket, path.join(folder, 'none')).catch(
        ({ code, syscall }) => `${code} ${syscall}`
      )
      const directory = await sendFile(socket, folder).catch(({ code }) => code)
      socket.end(`${failed} ${directory}`)
    }, transport)
    expect(failure).toBeUndefined()
    expect(String(got)).toBe('ENOENT open EISDIR')
  })

  test('destroy() in the middle ends the transfer', async () => {
    const { failure } = await received((socket) => {
      const sending = sendFile(socket, file)
      setImmediate(() => socket.destroy())
      return sending
    }, transport)
    expect(failure?.code ?? 'sent before').toMatch(/ERR_STREAM_PREMATURE_CLOSE|sent before/)
  })
})

test('every kind of source; a descriptor stays open and where it was', async () => {
  const handle = await fs.promises.open(file)
  const fd = fs.openSync(file)
  for (const source of [file, Buffer.from(file), pathToFileURL(file), fd, handle]) {
    const { bytes: got } = await received(async (socket) => {
      await sendFile(socket, source, { end: 999 })
      socket.end()
    })
    expect(got.equals(bytes.subarray(0, 1000))).toBe(true)
  }
  expect(fs.readSync(fd, Buffer.alloc(10))).toBe(10)
  fs.closeSync(fd)
  await handle.close()
})

test('what is no regular file goes through streams', async () => {
  if (process.platform === 'win32') return
  const { value, bytes: got } = await received(async (socket) => {
    const sent = await sendFile(socket, '/dev/zero', { start: 0, end: 999 })
    socket.end()
    return sent
  })
  expect([value, got.equals(Buffer.alloc(1000))]).toEqual([1000, true])
})

test('a receiver that stops holds no thread: others are served meanwhile', async () => {
  const count = 40
  const sendings = []
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    sendings.push(sendFile(socket, file).then((sent) => socket.end() && sent))
  })
  const port = await started(server)
  const slow = Array.from({ length: count }, () => net.connect(port, '127.0.0.1').pause())
  while (sendings.length < count) await new Promise(setImmediate)
  const quick = net.connect(port, '127.0.0.1')
  let length = 0
  for await (const chunk of quick) length += chunk.length
  expect(length).toBe(bytes.length)
  expect(await sendings.at(-1)).toBe(bytes.length)
  const lengths = slow.map(async (socket) => {
    let total = 0
    for await (const chunk of socket) total += chunk.length
    return total
  })
  expect(await Promise.all(lengths)).toEqual(Array(count).fill(bytes.length))
})

test('a receiver that goes away ends the transfer with its error', async () => {
  let served
  const server = net.createServer((socket) => {
    served = { error: once(socket, 'error').then(([error]) => error.code), sending: sendFile(socket, file) }
    served.sending.catch(() => {})
  })
  const port = await started(server)
  const client = net.connect(port, '127.0.0.1').pause()
  while (served === undefined) await new Promise(setImmediate)
  client.resetAndDestroy()
  await expect(served.sending).rejects.toMatchObject({ code: expect.stringMatching(/EPIPE|ECONNRESET/) })
})

test('a signal stops it: before it began the socket is as before, then it is destroyed', async () => {
  const { bytes: got } = await received(async (socket) => {
    const controller = new AbortController()
    const early = sendFile(socket, file, { signal: AbortSignal.abort() }).catch(({ code }) => code)
    const waiting = sendFile(socket, file, { signal: controller.signal }).catch(({ name }) => name)
    controller.abort()
    socket.end(`${await early} ${await waiting}`)
  })
  expect(String(got)).toBe('ABORT_ERR AbortError')
  let outcome
  const server = net.createServer((socket) => {
    const controller = new AbortController()
    outcome = sendFile(socket, file, { signal: controller.signal }).catch(({ name }) => [name, socket.destroyed])
    controller.started = controller
    server.abort = () => controller.abort()
  })
  const port = await started(server)
  const client = net.connect(port, '127.0.0.1')
  await once(client, 'data')
  client.pause()
  server.abort()
  expect(await outcome).toEqual(['AbortError', true])
  client.destroy()
})

test('a timeout of the socket does not strike while bytes go out', async () => {
  let timeouts = 0
  const { value } = await received(async (socket) => {
    socket.setTimeout(20, () => timeouts++)
    const sent = await sendFile(socket, file)
    socket.end()
    return sent
  })
  expect(value).toBe(bytes.length)
  expect(timeouts).toBeLessThan(2)
})

describe.each([
  ['http', false],
  ['https', true],
])('%s', (_, secure) => {
  async function serve(listener) {
    const failures = []
    const answer = (request, response) => Promise.resolve(listener(request, response)).catch((e) => failures.push(e))
    const server = secure ? https.createServer({ cert, key }, answer) : http.createServer(answer)
    return { port: await started(server), failures, secure }
  }

  test('a response has the length of the file, and is ended; the connection goes on', async () => {
    const sent = []
    const { port } = await serve(async (request, response) => {
      const start = Number(request.url.slice(1))
      sent.push(await sendFile(response, file, { start }))
    })
    const agent = new (secure ? https : http).Agent({ keepAlive: true, maxSockets: 1 })
    for (const start of [0, 19_999_999, 20_000_000, 5]) {
      const { headers, bytes: got } = await requested(port, { secure, agent, path: `/${start}` })
      expect(headers['content-length']).toBe(String(20_000_000 - start))
      expect(headers['transfer-encoding']).toBeUndefined()
      expect(got.equals(bytes.subarray(start))).toBe(true)
    }
    agent.destroy()
    while (sent.length < 4) await new Promise(setImmediate)
    expect(sent).toEqual([20_000_000, 1, 0, 19_999_995])
  })

  test.each([
    ['straight', {}],
    ['by streams', { strictContentLength: true }],
  ])('a file that gets shorter meanwhile ends the connection of what has told its length: %s', async (_, how) => {
    const shrinking = path.join(folder, 'shrinking')
    fs.writeFileSync(shrinking, '')
    fs.truncateSync(shrinking, 2 ** 26)
    const { port, failures } = await serve((_request, response) => sendFile(Object.assign(response, how), shrinking))
    const request = (secure ? https : http).get({ port, host: 'localhost', ca: cert })
    const [response] = await once(request, 'response')
    expect(response.headers['content-length']).toBe(String(2 ** 26))
    fs.truncateSync(shrinking, 2 ** 25)
    const { error } = await collected(response)
    expect(error).toMatchObject({ code: 'ECONNRESET' })
    while (failures.length === 0) await new Promise(setImmediate)
    expect(failures).toMatchObject([{ code: 'ERR_HTTP_CONTENT_LENGTH_MISMATCH' }])
  })

  test('HEAD, 304 and an empty file have no body', async () => {
    const { port } = await serve((request, response) => {
      response.statusCode = request.url === '/304' ? 304 : 200
      return sendFile(response, request.url === '/empty' ? path.join(folder, 'empty') : file)
    })
    const head = await requested(port, { secure, method: 'HEAD' })
    expect([head.headers['content-length'], head.bytes.length]).toEqual(['20000000', 0])
    expect((await requested(port, { secure, path: '/304' })).bytes).toHaveLength(0)
    expect((await requested(port, { secure, path: '/empty' })).headers['content-length']).toBe('0')
  })

  test("headers of one's own: a range, chunks, what was written before", async () => {
    const { port } = await serve(async (request, response) => {
      if (request.url === '/range') {
        response.writeHead(206, { 'Content-Length': 100, 'Content-Range': 'bytes 10-109/20000000' })
        await sendFile(response, file, { start: 10, end: 109 })
      } else if (request.url === '/chunks') {
        response.setHeader('Transfer-Encoding', 'chunked')
        await sendFile(response, file)
      } else {
        response.write('before ')
        await sendFile(response, file)
      }
    })
    const range = await requested(port, { secure, path: '/range' })
    expect([range.status, range.bytes.equals(bytes.subarray(10, 110))]).toEqual([206, true])
    expect((await requested(port, { secure, path: '/chunks' })).bytes.equals(bytes)).toBe(true)
    const written = await requested(port, { secure, path: '/written' })
    expect(written.bytes.equals(Buffer.concat([Buffer.from('before '), bytes]))).toBe(true)
  })

  test('a file that is not there leaves the response to be used', async () => {
    const { port } = await serve(async (_, response) => {
      await sendFile(response, path.join(folder, 'none')).catch(({ code }) => {
        response.statusCode = 404
        response.end(code)
      })
    })
    const { status, bytes: got } = await requested(port, { secure })
    expect([status, String(got)]).toEqual([404, 'ENOENT'])
  })

  test('a client that goes away ends it', async () => {
    const { port, failures } = await serve((_, response) => sendFile(response, file))
    const request = (secure ? https : http).get({ port, host: 'localhost', ca: cert })
    const [response] = await once(request, 'response')
    response.pause()
    request.destroy()
    response.on('error', () => {})
    while (failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(failures[0].code).toMatch(/EPIPE|ECONNRESET|ERR_STREAM_PREMATURE_CLOSE|ECANCELED/)
  })
})

test.each([
  ['http, by streams', http, { strictContentLength: true }],
  ['https', https, {}],
])("a descriptor of one's own stays open when the client goes away: %s", async (_, transport, how) => {
  const handle = await fs.promises.open(file)
  let sending
  const answer = (_request, response) => (sending = sendFile(Object.assign(response, how), handle.fd))
  const port = await started(transport.createServer({ cert, key }, answer))
  const request = transport.get({ port, host: 'localhost', ca: cert }).on('error', () => {})
  const [response] = await once(request, 'response')
  response.on('error', () => {})
  await once(response, 'data')
  request.destroy()
  await expect(sending).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE|PREMATURE/) })
  // Closes it, which fails where somebody else has.
  await handle.close()
})

test('a response of HTTP/2, and one that is reset', async () => {
  const sending = []
  const port = await started(
    http2.createSecureServer({ cert, key }, (_request, response) => sending.push(sendFile(response, file)))
  )
  const client = http2.connect(`https://localhost:${port}`, { ca: cert })
  const whole = client.request({ ':path': '/' })
  const { items } = await collected(whole)
  expect(Buffer.concat(items).equals(bytes)).toBe(true)
  expect(await sending[0]).toBe(bytes.length)
  const reset = client.request({ ':path': '/' }).on('error', () => {})
  await once(reset, 'data')
  reset.close(http2.constants.NGHTTP2_CANCEL)
  await expect(sending[1]).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
  client.destroy()
})

test('pipelined requests are answered in their order', async () => {
  const server = http.createServer((request, response) => {
    const start = Number(request.url.slice(1))
    // The later request is served first.
    setTimeout(() => sendFile(response, file, { start, end: start + 9 }), start === 0 ? 30 : 0)
  })
  const port = await started(server)
  const socket = net.connect(port, '127.0.0.1')
  socket.write('GET /0 HTTP/1.1\r\nHost: x\r\n\r\nGET /100 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  const chunks = []
  for await (const chunk of socket) chunks.push(chunk)
  const all = Buffer.concat(chunks)
  const [first, second] = [all.indexOf(bytes.subarray(0, 10)), all.indexOf(bytes.subarray(100, 110))]
  expect(first).toBeGreaterThan(0)
  expect(second).toBeGreaterThan(first)
})

test('any Writable gets the bytes, and is not ended', async () => {
  const target = new PassThrough()
  const chunks = []
  target.on('data', (chunk) => chunks.push(chunk))
  expect(await sendFile(target, file, { start: 10, end: 19 })).toBe(10)
  expect(target.writableEnded).toBe(false)
  target.end()
  await once(target, 'end')
  expect(Buffer.concat(chunks).equals(bytes.subarray(10, 20))).toBe(true)
})

test('arguments are checked', async () => {
  const socket = new net.Socket()
  const wrong = { code: 'ERR_INVALID_ARG_TYPE' }
  await expect(sendFile({}, file)).rejects.toMatchObject(wrong)
  await expect(sendFile(socket, {})).rejects.toMatchObject(wrong)
  const target = new PassThrough()
  await expect(sendFile(target, {})).rejects.toMatchObject(wrong)
  await expect(sendFile(target, file, null)).rejects.toMatchObject(wrong)
  await expect(sendFile(target, file, { signal: 1 })).rejects.toMatchObject(wrong)
  await expect(sendFile(target, file, { start: '1' })).rejects.toMatchObject(wrong)
  await expect(sendFile(target, file, { start: 2, end: 1 })).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  await expect(sendFile(target, file, { end: -1 })).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  await expect(sendFile(target, -1)).rejects.toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  target.destroy()
  await expect(sendFile(target, file)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
})
