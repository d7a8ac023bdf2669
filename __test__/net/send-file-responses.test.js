'use strict'

const { once } = require('node:events')
const fs = require('node:fs')
const http = require('node:http')
const http2 = require('node:http2')
const https = require('node:https')
const net = require('node:net')
const path = require('node:path')

const { sendFile } = require('../../lib/net/index.js')
const { cert, key } = require('../fixtures/net/certificate.js')
const { bytes, file, folder, started } = require('../fixtures/net/sent-file.js')
const { collected } = require('../fixtures/stream/chunks.js')

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
