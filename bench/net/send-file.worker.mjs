// Reads all that a server sends, and tells how much it was.
import net from 'node:net'

process.on('message', () => {
  let bytes = 0
  const socket = net.connect(Number(process.argv[2]), '127.0.0.1')
  socket.on('data', (chunk) => {
    bytes += chunk.length
  })
  socket.on('end', () => process.send(bytes))
})
