'use strict'

const { once } = require('node:events')
const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const { PassThrough } = require('node:stream')
const tls = require('node:tls')
const { pathToFileURL } = require('node:url')

const { sendFile } = require('../../lib/net/index.js')
const { cert, key } = require('../fixtures/net/certificate.js')
const { bytes, file, folder, started } = require('../fixtures/net/sent-file.js')

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
