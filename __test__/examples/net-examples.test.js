'use strict'

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const nodemailer = require('nodemailer')

const examples = path.join(__dirname, '..', '..', 'examples')
const running = []
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-net-examples-'))

afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

/** Starts a program; `shown()` waits until its output has matched. */
function start(name, ...args) {
  const child = spawn(process.execPath, [path.join(examples, name), ...args])
  running.push(child)
  let output = ''
  child.stderr.on('data', (data) => (output += data))
  child.stdout.on('data', (data) => (output += data))
  child.shown = async (pattern) => {
    for (let found = pattern.exec(output); ; found = pattern.exec(output)) {
      if (found !== null) return found
      if (child.stdout.readableEnded) throw new Error(`ended: ${output}`)
      await Promise.race([once(child.stdout, 'data'), once(child.stdout, 'end')])
    }
  }
  child.port = async () => Number((await child.shown(/listening on .*"port":(\d+)/))[1])
  return child
}

const mailOf = (text) => `From: a@example.org\r\nSubject: dots\r\n\r\n${text}`

test('SMTP: nodemailer delivers to the receiver, and the client does', async () => {
  const mail = path.join(folder, 'mail')
  const receiver = start('smtp/receiver.mjs', '0', mail)
  const port = await receiver.port()
  const received = async (count) => {
    const [, file] = await receiver.shown(
      new RegExp(`(?:.*\\.eml.*\\n[^]*?){${count - 1}}(\\S+\\.eml): from a@example.org`)
    )
    return fs.readFileSync(file, 'utf8')
  }
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true })
  const text = `${'.\r\n..two\r\n.\r\n'.repeat(3)}end é ${'x'.repeat(50_000)}\r\n.last`
  const raw = mailOf(text)
  const info = await transport.sendMail({
    envelope: { from: 'a@example.org', to: ['b@example.org', 'c@example.org'] },
    raw,
  })
  expect(info.accepted).toEqual(['b@example.org', 'c@example.org'])
  expect((await received(1)).replace(/\r\n$/, '')).toBe(raw)
  await transport.sendMail({
    from: 'a@example.org',
    to: 'b@example.org',
    subject: 'attached',
    text: 'see below',
    attachments: [{ filename: 'bytes.bin', content: Buffer.alloc(3_000_000, 7) }],
  })
  expect((await received(2)).length).toBeGreaterThan(4_000_000)
  transport.close()

  const client = start('smtp/client.mjs', `127.0.0.1:${port}`, 'a@example.org', 'd@example.org')
  client.stdin.end(mailOf('.\r\n.one\r\n'))
  await client.shown(/250 taken/)
  expect(await received(3)).toBe(mailOf('.\r\n.one\r\n'))
})

test('SMTP: what is out of order is refused, and one byte at a time is fine', async () => {
  const receiver = start('smtp/receiver.mjs', '0', path.join(folder, 'slow'))
  const socket = net.connect(await receiver.port(), '127.0.0.1').setNoDelay(true)
  let answers = ''
  socket.on('data', (data) => (answers += data))
  const answered = async (count) => {
    while (answers.split('\r\n').length <= count) await once(socket, 'data')
  }
  for (const [said, count] of [
    ['DATA\r\n', 2],
    ['NONSENSE\r\n', 3],
    ['MAIL FROM:<a@example.org>\r\n', 4],
    ['RCPT TO:<b@example.org>\r\n', 5],
    ['DATA\r\n', 6],
    ['..\r\ntext\r\n.\r\n', 7],
    ['QUIT\r\n', 8],
  ]) {
    for (const letter of said) socket.write(letter)
    await answered(count)
  }
  const codes = answers.split('\r\n').map((line) => line.slice(0, 3))
  expect(codes).toEqual(['220', '503', '500', '250', '250', '354', '250', '221', ''])
  const [, file] = await receiver.shown(/(\S+\.eml):/)
  expect(fs.readFileSync(file, 'latin1')).toBe('.\r\ntext\r\n')
})

test('file server: files, ranges, what has not changed, and nothing outside', async () => {
  const site = path.join(folder, 'site')
  fs.mkdirSync(site)
  fs.writeFileSync(path.join(site, 'index.html'), '<h1>hello</h1>')
  fs.writeFileSync(path.join(site, 'large.bin'), Buffer.alloc(5_000_000, 'abc'))
  fs.writeFileSync(path.join(folder, 'secret'), 'secret')
  fs.symlinkSync(path.join(folder, 'secret'), path.join(site, 'link'))
  const port = await start('file-server.mjs', site, '0').port()
  const get = (url, headers = {}) => fetch(`http://127.0.0.1:${port}${url}`, { headers })
  const index = await get('/')
  expect([await index.text(), index.headers.get('content-type')]).toEqual([
    '<h1>hello</h1>',
    'text/html; charset=utf-8',
  ])
  expect((await get('/', { 'if-none-match': index.headers.get('etag') })).status).toBe(304)
  const large = Buffer.from(await (await get('/large.bin')).arrayBuffer())
  expect(large.equals(Buffer.alloc(5_000_000, 'abc'))).toBe(true)
  const part = await get('/large.bin', { range: 'bytes=1-3' })
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 1-3/5000000', 'bca'])
  expect(await (await get('/large.bin', { range: 'bytes=-2' })).text()).toBe('ab')
  expect((await get('/large.bin', { range: 'bytes=6000000-' })).status).toBe(416)
  for (const url of ['/none', '/%2e%2e/secret', '/..%2fsecret', '/link']) expect((await get(url)).status).toBe(404)
})

test('TCP proxy: half-close and large bodies pass, lines are shown, a dead target ends the client', async () => {
  const target = net.createServer({ allowHalfOpen: true }, async (socket) => {
    let length = 0
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) length += chunk.length
    socket.end(`got ${length}\n`)
  })
  await new Promise((resolve) => target.listen(0, '127.0.0.1', resolve))
  const proxy = start('tcp-proxy.mjs', '0', `127.0.0.1:${target.address().port}`, '--lines')
  const port = await proxy.port()
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.write('a line\n')
  await proxy.shown(/> a line/)
  socket.end(Buffer.alloc(20_000_000, 'x'))
  let answer = ''
  for await (const chunk of socket) answer += chunk
  expect(answer).toBe('got 20000007\n')
  await new Promise((resolve) => target.close(resolve))
  const refused = net.connect(port, '127.0.0.1')
  refused.on('error', () => {})
  await new Promise((resolve) => refused.on('close', resolve))
})

test('chat: all hear what one says, and who comes and goes', async () => {
  const address = `127.0.0.1:${await start('chat.mjs', 'serve', '0').port()}`
  const ann = start('chat.mjs', 'join', 'ann', address)
  await ann.shown(/ann: has joined/)
  const bob = start('chat.mjs', 'join', 'bob', address)
  await ann.shown(/bob: has joined/)
  bob.stdin.write('hello\nthere é\n')
  await ann.shown(/bob: hello\nbob: there é/)
  await bob.shown(/bob: hello\nbob: there é/)
  bob.stdin.end()
  await ann.shown(/bob: has left/)
  await once(bob, 'exit')
  ann.stdin.end()
  await once(ann, 'exit')
})
