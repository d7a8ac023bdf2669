// A TCP proxy with backpressure and half-close: a slow end slows the other one, and when one side ends, the other may go
// on. With `--lines` it shows what passes, line by line, without standing in its way.
//   node examples/tcp-proxy.mjs PORT HOST:PORT [--lines]

import net from 'node:net'
import { lines } from 'ironloop/stream'

const [port, target, flag] = process.argv.slice(2)
const [host, targetPort] = target.split(':')

/**
 * Shows the lines of one direction. What is no text, or has no line ends, is not shown further.
 * @param {net.Socket} socket
 * @param {string} mark
 */
function show(socket, mark) {
  const shown = lines({ maxLengthBytes: 65_536 })
  shown.on('data', (batch) => console.log(batch.map((/** @type {string} */ line) => `${mark} ${line}`).join('\n')))
  /** @param {Buffer} chunk */
  const look = (chunk) => void shown.write(chunk)
  socket.on('data', look)
  shown.on('error', () => socket.off('data', look))
}

const server = net.createServer({ allowHalfOpen: true }, (client) => {
  const upstream = net.connect({ host, port: Number(targetPort), allowHalfOpen: true })
  // pipe() waits for a slow target and passes an end on; a failure ends both.
  client.pipe(upstream).pipe(client)
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ]) {
    one.on('error', () => other.resetAndDestroy())
    one.on('close', () => other.destroySoon())
  }
  if (flag === '--lines') {
    show(client, '>')
    show(upstream, '<')
  }
})
server.listen(Number(port), () => console.log(`listening on ${JSON.stringify(server.address())}`))
