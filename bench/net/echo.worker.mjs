// The clients of the echo server: each connection keeps so many messages on the way; answers are counted by their bytes.
import net from 'node:net'

function run({ port, connections, inFlight, size, ms }) {
  const frame = Buffer.alloc(4 + size, 'x')
  frame.writeUInt32BE(size)
  return new Promise((resolve) => {
    let [bytes, wrong] = [0, 0]
    const sockets = Array.from({ length: connections }, () => {
      const socket = net.connect(port, '127.0.0.1')
      let received = 0
      socket.setNoDelay(true)
      socket.on('connect', () => socket.write(Buffer.concat(Array(inFlight).fill(frame))))
      socket.on('data', (chunk) => {
        const before = Math.floor(received / frame.length)
        received += chunk.length
        bytes += chunk.length
        const whole = Math.floor(received / frame.length) - before
        if (whole === 0) return
        if (received % frame.length === 0 && chunk[chunk.length - 1] !== 120) wrong++
        socket.write(whole === 1 ? frame : Buffer.concat(Array(whole).fill(frame)))
      })
      return socket
    })
    const started = performance.now()
    setTimeout(() => {
      for (const socket of sockets) socket.destroy()
      resolve({ messages: Math.floor(bytes / frame.length), ms: performance.now() - started, wrong })
    }, ms)
  })
}

process.on('message', async (request) => process.send(await run(request)))
