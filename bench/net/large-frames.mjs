// One frame of 10 MB and of 1 MB that come in chunks of 1 KB: the cost of a byte must not grow with the frame.
const CHUNK = 1000

const byHand = (chunks) => {
  let pending = Buffer.alloc(0)
  for (const chunk of chunks) {
    pending = Buffer.concat([pending, chunk])
    if (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE()) return pending.length - 4
  }
}

export default {
  title: 'a large frame in chunks of 1 KB: against Buffer.concat for each chunk',
  unit: 'ms',
  better: 'lower',
  rounds: 3,
  rows: [
    { name: '1 MB', bytes: 1_000_000, atLeast: { 'by hand': 10 } },
    { name: '10 MB', bytes: 10_000_000, atLeast: { 'by hand': 100 }, limit: 50 },
  ],
  fixture({ bytes }) {
    const frame = Buffer.alloc(4 + bytes)
    frame.writeUInt32BE(bytes)
    return Array.from({ length: Math.ceil(frame.length / CHUNK) }, (_, n) => frame.subarray(n * CHUNK, (n + 1) * CHUNK))
  },
  contenders: {
    ironloop: {
      setup: async (_, chunks) => ({ chunks, codec: (await import('ironloop/net')).lengthPrefixed() }),
      run({ chunks, codec }) {
        const decoder = codec.createDecoder()
        const messages = []
        for (const chunk of chunks) decoder.push(chunk, messages)
        return messages[0].length
      },
    },
    'by hand': { run: byHand },
  },
}
