// Text and hexadecimal digits: what Node does by itself, the rows that it wins among them.
import buffer from 'node:buffer'

import { randomBytes } from '../harness/random.js'

const texts = {
  Cyrillic: 'Съешь же ещё этих мягких французских булок, да выпей чаю. ',
  'JSON with some': '{"name":"value","text":"plain ASCII with one é and 😀"}\n',
  English: 'Plain words for a hundred characters or so, and then, once in a while, somebody is in a café and says so. ',
  French: 'Les élèves français étaient déjà là, où ça? ',
}

/** A text repeated to a length in bytes, cut between characters. */
function repeated(text, length, encoding = 'utf8') {
  let bytes = Buffer.from(text.repeat(Math.ceil(length / text.length)), encoding).subarray(0, length)
  if (encoding === 'utf8') while ((bytes.at(-1) & 0x80) !== 0) bytes = bytes.subarray(0, -1)
  return bytes
}

const size = (bytes) => (bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MB` : `${bytes / 1024} KB`)
const sizes = [65_536, 2 ** 20]

/** What is asked is asked of 64 KB and more. */
const hexBar = (bytes) => (bytes < sizes[0] ? {} : { atLeast: { 'node:buffer': 1.7 } })

const rows = [
  ...['Cyrillic', 'JSON with some', 'French'].flatMap((text) =>
    sizes.map((bytes) => ({ name: `decodeUtf8, ${text}`, task: 'decode', text, bytes }))
  ),
  ...sizes.map((bytes) => ({ name: 'decodeUtf8 strict, Cyrillic', task: 'strict', text: 'Cyrillic', bytes })),
  ...['transcode', 'transcodeInto'].flatMap((task) =>
    ['random bytes', 'French', 'English'].flatMap((text) =>
      sizes.map((bytes) => ({
        name: `${task} latin1 to utf8, ${text}`,
        task,
        text,
        bytes,
        atLeast: { 'node:buffer': 15 },
      }))
    )
  ),
  ...[256, ...sizes].map((bytes) => ({ name: 'toHex', task: 'toHex', bytes, ...hexBar(bytes) })),
  ...[256, ...sizes].map((bytes) => ({
    name: 'fromHex of bytes',
    task: 'fromHex',
    bytes,
    ...hexBar(bytes),
  })),
  ...sizes.map((bytes) => ({
    name: 'fromHex of a string',
    task: 'fromHexString',
    bytes,
    atLeast: { 'node:buffer': 1.7 },
  })),
].map((row) => ({ ...row, name: `${row.name}, ${size(row.bytes)}` }))

function fixture({ bytes, task, text }) {
  if (task.startsWith('transcode')) {
    const source = text === 'random bytes' ? randomBytes(bytes, 3) : repeated(texts[text], bytes, 'latin1')
    return { source, out: Buffer.alloc(bytes * 2) }
  }
  if (task === 'toHex') return { source: randomBytes(bytes, 1), out: Buffer.alloc(bytes * 2) }
  const hex = randomBytes(bytes / 2, 2).toString('hex')
  if (task === 'fromHex') return { source: Buffer.from(hex), out: Buffer.alloc(bytes / 2) }
  if (task === 'fromHexString') return { source: hex, out: Buffer.alloc(bytes / 2) }
  return { source: repeated(texts[text], bytes) }
}

const ours = {
  decode: ({ decodeUtf8 }, { source }) => decodeUtf8(source),
  strict: ({ decodeUtf8 }, { source }) => decodeUtf8(source, 0, source.length, { strict: true }),
  transcode: ({ transcode }, { source }) => transcode(source, 'latin1', 'utf8'),
  transcodeInto: ({ transcodeInto }, { out, source }) => transcodeInto(source, out, 'latin1', 'utf8'),
  toHex: ({ toHex }, { out, source }) => toHex(source, out),
  fromHex: ({ fromHex }, { out, source }) => fromHex(source, out),
  fromHexString: ({ fromHex }, { out, source }) => fromHex(source, out),
}

const fatal = new TextDecoder('utf-8', { fatal: true })
const nodes = {
  decode: ({ source }) => source.toString(),
  strict: ({ source }) => fatal.decode(source),
  transcode: ({ source }) => buffer.transcode(source, 'latin1', 'utf8'),
  transcodeInto: ({ out, source }) => buffer.transcode(source, 'latin1', 'utf8').copy(out),
  toHex: ({ out, source }) => out.latin1Write(source.hexSlice()),
  fromHex: ({ out, source }) => out.hexWrite(source.latin1Slice()),
  fromHexString: ({ out, source }) => out.hexWrite(source),
}

export default {
  title: 'text in UTF-8 and Latin-1, hexadecimal digits in given memory: against node:buffer and TextDecoder',
  unit: 'MB/s',
  better: 'higher',
  rows,
  fixture,
  contenders: {
    ironloop: {
      setup: async ({ task }, state) => ({
        ...state,
        task: ours[task],
        api: (await import('ironloop/buffer')).default,
      }),
      run: ({ api, task, ...state }) => task(api, state),
    },
    'node:buffer': {
      setup: ({ task }, state) => ({ ...state, task: nodes[task] }),
      run: ({ task, ...state }) => task(state),
    },
  },
}
