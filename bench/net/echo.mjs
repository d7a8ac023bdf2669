// An echo server of frames with a length of four bytes, against the same protocol by hand with Buffer.concat. The clients
// are the same for both, in another process: each keeps some messages on the way.
import { fork } from 'node:child_process'
import net from 'node:net'
import { fileURLToPath } from 'node:url'

const clients = fileURLToPath(new URL('echo.worker.mjs', import.meta.url))

/** What one finds in tutorials, with its cost: the rest of a chunk is joined with the next one. */
const byHand = (answer) => () =>
  net.createServer((socket) => {
    let pending = Buffer.alloc(0)
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= 4) {
        const end = 4 + pending.readUInt32BE()
        if (pending.length < end) break
        answer(socket, pending.subarray(0, end))
        pending = pending.subarray(end)
      }
    })
    socket.on('error', () => {})
  })

function inTwo(socket, frame) {
  const header = Buffer.alloc(4)
  header.writeUInt32BE(frame.length - 4)
  socket.write(header)
  socket.write(frame.subarray(4))
}

const inOne = (socket, frame) => socket.write(frame)

async function ours() {
  const { createFramedServer, lengthPrefixed } = await import('ironloop/net')
  return createFramedServer(lengthPrefixed(), async (connection) => {
    for await (const message of connection) if (!connection.send(message)) await connection.drain()
  })
}

function ask(child, request) {
  return new Promise((resolve) => {
    child.once('message', resolve)
    child.send(request)
  })
}

const contender = (make) => ({
  async setup() {
    const server = await make()
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    const child = fork(clients)
    return { server, child, port: server.address().port }
  },
  async measure({ child, port }, { connections, inFlight, size, quick }) {
    const { messages, ms } = await ask(child, { port, connections, inFlight, size, ms: quick ? 100 : 700 })
    return messages / ms
  },
  answer: async ({ child, port }, { size }) =>
    (await ask(child, { port, connections: 2, inFlight: 2, size, ms: 50 })).wrong,
  teardown({ server, child }) {
    child.kill()
    server.close()
  },
})

export default {
  title: 'an echo server of frames: against the same by hand with Buffer.concat',
  unit: 'K ops/s',
  better: 'higher',
  mode: 'alternating',
  rounds: 3,
  rows: [
    { name: '100 B, 50 connections with 16 each', connections: 50, inFlight: 16, size: 100 },
    { name: '100 B, 50 connections with 1 each', connections: 50, inFlight: 1, size: 100 },
    { name: '10 KB, 20 connections with 4 each', connections: 20, inFlight: 4, size: 10_000 },
  ].map((row) => ({ ...row, atLeast: { 'by hand': 1.3 } })),
  contenders: {
    ironloop: contender(ours),
    'by hand': contender(byHand(inTwo)),
    'by hand, one write': contender(byHand(inOne)),
  },
}
