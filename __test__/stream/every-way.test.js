'use strict'

// All of the module's streams in every way that Node's are used: a pipeline, async iteration, web streams.

const { Duplex, Readable } = require('node:stream')
const { pipeline } = require('node:stream/promises')
const { gunzipSync, gzipSync } = require('node:zlib')

const { netstring } = require('../../lib/net/index.js')
const { compress, decompress, frames, hash, lines, search } = require('../../lib/stream/index.js')

const text = Buffer.from('one line\nand another one\n'.repeat(200))
const framed = Buffer.from('5:hello,3:one,'.repeat(100))

/** What goes in, the stream, and what comes out when all of it is put together. */
const streams = {
  'lines in batches': [text, () => lines(), (items) => items.flat().join('\n'), text.toString().trimEnd()],
  'line by line': [text, () => lines({ batch: false }), (items) => items.join('\n'), text.toString().trimEnd()],
  frames: [
    framed,
    () => frames(netstring({ encoding: 'utf8' })),
    (items) => items.join(' '),
    'hello one '.repeat(100).trim(),
  ],
  search: [text, () => search(['one']), (items) => items.reduce((sum, { count }) => sum + count, 0), 400],
  hash: [
    text,
    () => hash('sha256', { outputEncoding: 'hex' }),
    String,
    require('node:crypto').createHash('sha256').update(text).digest('hex'),
  ],
  compress: [text, () => compress('gzip'), (items) => gunzipSync(Buffer.concat(items)).toString(), text.toString()],
  decompress: [gzipSync(text), () => decompress('gzip'), (items) => Buffer.concat(items).toString(), text.toString()],
}

/** Some bytes at a time. */
function* cut(bytes) {
  for (let at = 0; at < bytes.length; at += 37) yield bytes.subarray(at, at + 37)
}

describe.each(Object.entries(streams))('%s', (_, [input, make, together, expected]) => {
  test('by async iteration', async () => {
    const items = []
    for await (const item of Readable.from(cut(input)).pipe(make())) items.push(item)
    expect(together(items)).toEqual(expected)
  })

  test('in a pipeline', async () => {
    const items = []
    await pipeline(Readable.from(cut(input)), make(), async (source) => {
      for await (const item of source) items.push(item)
    })
    expect(together(items)).toEqual(expected)
  })

  test('as a web stream', async () => {
    const source = new ReadableStream({
      start(controller) {
        for (const chunk of cut(input)) controller.enqueue(new Uint8Array(chunk))
        controller.close()
      },
    })
    const items = []
    for await (const item of source.pipeThrough(Duplex.toWeb(make()))) {
      items.push(ArrayBuffer.isView(item) ? Buffer.from(item) : item)
    }
    expect(together(items)).toEqual(expected)
  })
})
