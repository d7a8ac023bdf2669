// A chat of framed messages: JSON with its length before it.
//   node examples/chat.mjs serve [PORT]
//   node examples/chat.mjs join NAME [HOST:PORT]     reads what to say from standard input

import net from 'node:net'
import { createFramedServer, framed, lengthPrefixed } from 'ironloop/net'
import { lines } from 'ironloop/stream'

const [command, ...rest] = process.argv.slice(2)
const codec = lengthPrefixed({ encoding: 'json', maxFrameBytes: 65_536 })
/** Bytes that may wait for a member who does not read; then it has to go. */
const MOST_WAITING = 2 ** 20

if (command === 'serve') serve(Number(rest[0] ?? 7000))
else if (command === 'join') await join(rest[0], rest[1] ?? 'localhost:7000')
else console.error('chat.mjs serve [PORT] | join NAME [HOST:PORT]')

/** @param {number} port */
function serve(port) {
  /** @type {Map<import('ironloop/net').FramedConnection<any>, string>} */
  const members = new Map()

  /** @param {{ name: string, text: string }} message */
  const tell = (message) => {
    for (const member of members.keys()) {
      member.send(message)
      if (member.bufferedBytes > MOST_WAITING) member.destroy()
    }
  }

  const server = createFramedServer(codec, async (member) => {
    const name = String((await member.receive())?.name ?? 'nobody')
    members.set(member, name)
    tell({ name, text: 'has joined' })
    try {
      for await (const { text } of member) tell({ name, text: String(text) })
    } finally {
      members.delete(member)
      tell({ name, text: 'has left' })
    }
  })
  server.on('connectionError', () => {}) // a reset, or no chat client: the others have been told
  server.listen(port, () => console.log(`listening on ${JSON.stringify(server.address())}`))
}

/**
 * @param {string} name
 * @param {string} address
 */
async function join(name, address) {
  const [host, port] = address.split(':')
  const connection = framed(net.connect(Number(port), host), codec, { allowHalfOpen: true })
  connection.on('message', (message) => console.log(`${message.name}: ${message.text}`))
  connection.on('error', (error) => console.error(error.message))
  connection.send({ name })
  for await (const batch of process.stdin.pipe(lines())) {
    for (const text of batch) if (!connection.send({ text })) await connection.drain()
  }
  connection.end()
}
