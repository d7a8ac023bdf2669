// Lines of a log that comes in chunks of 64 KB, as from a file or a socket.
import { random } from '../harness/random.js'

const CHUNK = 65_536
const TOTAL = 64 * CHUNK

const rows = [
  { name: 'lines as strings, ASCII', task: 'strings', atLeast: { split2: 8 } },
  { name: 'lines as strings, some not ASCII', task: 'strings', text: 'é' },
  { name: 'offsets of line feeds', task: 'offsets', atLeast: { split2: 20 } },
  { name: 'parts between boundaries', task: 'parts' },
]

function fixture({ task, text = '' }) {
  const next = random(11)
  const lines = []
  for (let length = 0; length < TOTAL; ) {
    const number = Math.floor(next() * 1e9)
    const line = `2024-03-01T12:00:00Z INFO request ${number} ${text} /api/items/${number % 977} answered in ${number % 313} ms`
    lines.push(line)
    length += line.length + 1
  }
  const bytes = Buffer.from(`${lines.join(task === 'parts' ? '\r\n--frontier\r\n' : '\n')}\n`).subarray(0, TOTAL)
  return Array.from({ length: TOTAL / CHUNK }, (_, n) => bytes.subarray(n * CHUNK, (n + 1) * CHUNK))
}

const ours = {
  strings: ({ LineSplitter }, chunks) => count(new LineSplitter(), chunks),
  parts: ({ DelimiterSplitter }, chunks) =>
    count(new DelimiterSplitter('\r\n--frontier\r\n', { encoding: 'buffer' }), chunks),
  offsets: ({ newlineOffsets }, chunks) => {
    let lines = 1
    for (const chunk of chunks) lines += newlineOffsets(chunk).length
    return lines
  },
}

function count(splitter, chunks) {
  let pieces = 0
  for (const chunk of chunks) pieces += splitter.push(chunk).length
  return pieces + splitter.flush().length
}

export default {
  title: 'lines and parts of 4 MB in chunks of 64 KB: against split2, readline and streamsearch',
  unit: 'MB/s',
  better: 'higher',
  params: { bytes: TOTAL },
  rows,
  fixture,
  contenders: {
    ironloop: {
      setup: async ({ task }, chunks) => ({ api: await import('ironloop/buffer'), chunks, task: ours[task] }),
      run: ({ api, chunks, task }) => task(api, chunks),
    },
    split2: {
      absent: ({ task }) => (task === 'parts' ? 'decodes what is not text' : undefined),
      setup: async (_, chunks) => ({ chunks, split2: (await import('split2')).default }),
      run: ({ chunks, split2 }) =>
        new Promise((resolve, reject) => {
          let lines = 0
          const stream = split2()
          stream.on('data', () => lines++)
          stream.on('end', () => resolve(lines))
          stream.on('error', reject)
          for (const chunk of chunks) stream.write(chunk)
          stream.end()
        }),
    },
    'node:readline': {
      absent: ({ task }) => (task === 'parts' ? 'knows lines only' : undefined),
      setup: async (_, chunks) => ({
        chunks,
        readline: await import('node:readline'),
        streams: await import('node:stream'),
      }),
      run: ({ chunks, readline, streams }) =>
        new Promise((resolve) => {
          let lines = 0
          const reader = readline.createInterface({ input: streams.Readable.from(chunks) })
          reader.on('line', () => lines++)
          reader.on('close', () => resolve(lines))
        }),
    },
    streamsearch: {
      absent: ({ task }) => (task === 'parts' ? undefined : 'split2 and readline are for lines'),
      setup: async (_, chunks) => ({ chunks, StreamSearch: (await import('streamsearch')).default }),
      run({ StreamSearch, chunks }) {
        let parts = 1
        let pending = []
        const search = new StreamSearch(Buffer.from('\r\n--frontier\r\n'), (isMatch, data, start, end, isSafe) => {
          if (data) pending.push(isSafe ? data.subarray(start, end) : Buffer.from(data.subarray(start, end)))
          if (isMatch) {
            if (pending.length > 1) Buffer.concat(pending)
            pending = []
            parts++
          }
        })
        for (const chunk of chunks) search.push(chunk)
        search.destroy()
        return parts
      },
    },
  },
}
