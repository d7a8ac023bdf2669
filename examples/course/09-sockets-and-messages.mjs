// TCP carries bytes without borders: a codec says where a message ends.
import { once } from 'node:events'
import net from 'node:net'
import { createFramedServer, framed, lengthPrefixed } from 'ironloop/net'

const codec = lengthPrefixed({ encoding: 'json' })
const server = createFramedServer(codec, async (connection) => {
  for await (const { a, b } of connection) connection.send({ sum: a + b })
}).listen(0, '127.0.0.1')
await once(server, 'listening')

const { port } = /** @type {net.AddressInfo} */ (server.address())
const client = framed(net.connect(port, '127.0.0.1'), codec)
client.send({ a: 1, b: 2 })
client.send({ a: 3, b: 4 })
console.log(await client.receive()) // { sum: 3 }
console.log(await client.receive()) // { sum: 7 }
await client.close()
server.close()
