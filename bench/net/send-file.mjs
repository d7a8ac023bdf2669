// A file of 64 MiB over a socket to another process: this process's processor time, and the time it takes.
import { fork } from 'node:child_process'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const reader = fileURLToPath(new URL('send-file.worker.mjs', import.meta.url))
const BYTES = 64 * 2 ** 20

const contender = (load) => ({
  async setup() {
    const folder = mkdtempSync(join(tmpdir(), 'ironloop-bench-'))
    const file = join(folder, 'file')
    writeFileSync(file, Buffer.alloc(BYTES, 'some bytes '))
    const send = await load()
    const server = net.createServer((socket) => send(socket, file))
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    return { folder, server, child: fork(reader, [String(server.address().port)]) }
  },
  async measure(state, { figure }) {
    const before = process.cpuUsage()
    const started = performance.now()
    await this.answer(state)
    const ms = performance.now() - started
    const { user, system } = process.cpuUsage(before)
    return figure === 'cpu' ? (user + system) / 1000 : ms
  },
  answer: ({ child }) =>
    new Promise((resolve) => {
      child.once('message', resolve)
      child.send('read')
    }),
  teardown({ folder, server, child }) {
    child.kill()
    server.close()
    rmSync(folder, { recursive: true })
  },
})

export default {
  title: 'a file of 64 MiB over a socket: against createReadStream().pipe()',
  unit: 'ms',
  better: 'lower',
  rounds: 7,
  params: { bytes: BYTES },
  rows: [
    { name: 'processor time', figure: 'cpu', atLeast: { 'node:fs': 4 } },
    { name: 'time', figure: 'time' },
  ],
  contenders: {
    ironloop: contender(async () => {
      const { sendFile } = await import('ironloop/net')
      return (socket, file) => sendFile(socket, file).then(() => socket.end())
    }),
    'node:fs': contender(async () => (socket, file) => createReadStream(file).pipe(socket)),
  },
}
