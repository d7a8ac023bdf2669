// Frames with a length before them, out of chunks whose borders are elsewhere: what every protocol does first.
import { random } from '../harness/random.js'

const TOTAL = 2 ** 20

const rows = [
  { name: 'small frames in chunks of 64 KB', frame: 100, chunk: 65_536, atLeast: { bl: 2 } },
  { name: 'small frames in chunks of 1,400 bytes', frame: 100, chunk: 1_400, atLeast: { bl: 2 } },
  { name: 'large frames in chunks of 1,400 bytes', frame: 20_000, chunk: 1_400, atLeast: { bl: 2 } },
  { name: 'all appended first, then read', frame: 100, chunk: 1_400, first: true, atLeast: { bl: 2 } },
  { name: 'lines by indexOf in chunks of 1,400 bytes', frame: 100, chunk: 1_400, lines: true, atLeast: { bl: 2 } },
]

function fixture({ chunk, frame, lines }) {
  const next = random(13)
  const frames = []
  let length = 0
  while (length < TOTAL) {
    const body = Buffer.alloc(4 + Math.floor(next() * frame * 2), 'x')
    if (lines) body.fill('\r\n', body.length - 2)
    else body.writeUInt32BE(body.length - 4)
    frames.push(body)
    length += body.length
  }
  const bytes = Buffer.concat(frames)
  const chunks = []
  for (let at = 0; at < bytes.length; at += chunk) chunks.push(bytes.subarray(at, at + chunk))
  return chunks
}

/** Works for both: their methods have the same names. */
function read(queue, lines, found) {
  for (;;) {
    if (lines) {
      const end = queue.indexOf('\r\n')
      if (end === -1) return found
      found.bytes += queue.slice(0, end).length
      queue.consume(end + 2)
    } else {
      if (queue.length < 4) return found
      const size = queue.readUInt32BE(0)
      if (queue.length < 4 + size) return found
      found.bytes += queue.slice(4, 4 + size).length
      queue.consume(4 + size)
    }
    found.count++
  }
}

const run = ({ Queue, chunks, first, lines }) => {
  const queue = new Queue()
  const found = { count: 0, bytes: 0 }
  for (const chunk of chunks) {
    queue.append(chunk)
    if (!first) read(queue, lines, found)
  }
  return read(queue, lines, found)
}

export default {
  title: 'frames and lines of 1 MB out of chunks: against bl',
  unit: 'MB/s',
  better: 'higher',
  params: { bytes: TOTAL },
  rows,
  fixture,
  contenders: {
    ironloop: {
      setup: async ({ first, lines }, chunks) => ({
        Queue: (await import('ironloop/buffer')).ByteQueue,
        chunks,
        first,
        lines,
      }),
      run,
    },
    bl: {
      setup: async ({ first, lines }, chunks) => ({ Queue: (await import('bl')).BufferList, chunks, first, lines }),
      run,
    },
  },
}
