// Reads a capture of network packets (PCAP) with compiled structs and sums it up. It makes its own capture if it is given
// none.
//
//     node examples/pcap-reader.mjs [FILE]
import { readFileSync } from 'node:fs'
import buffer from 'ironloop/buffer'

const { compileStruct } = buffer

const file = compileStruct({
  fields: {
    magic: 'uint32le',
    major: 'uint16le',
    minor: 'uint16le',
    zone: 'int32le',
    accuracy: 'uint32le',
    longest: 'uint32le',
    link: 'uint32le',
  },
})

const packet = compileStruct({
  fields: {
    seconds: 'uint32le',
    micros: 'uint32le',
    captured: 'uint32le',
    length: 'uint32le',
    data: { type: 'bytes', length: 'captured' },
  },
})

/** Ethernet, IPv4 without options, and the ports of UDP. */
const frame = compileStruct({
  fields: {
    to: { type: 'bytes', length: 6 },
    from: { type: 'bytes', length: 6 },
    kind: 'uint16be',
    version: { type: 'uint8', offset: 14, bits: { headerWords: 4, version: 4 } },
    size: { type: 'uint16be', offset: 16 },
    protocol: { type: 'uint8', offset: 23 },
    source: { type: 'uint8', count: 4, offset: 26 },
    target: { type: 'uint8', count: 4 },
    sourcePort: 'uint16be',
    targetPort: 'uint16be',
  },
})

const MAGIC = 0xa1b2c3d4
const IPV4 = 0x0800
/** @type {Record<number, string>} */
const PROTOCOLS = { 1: 'ICMP', 6: 'TCP', 17: 'UDP' }

/** @param {number} count */
function makeCapture(count) {
  const header = { magic: MAGIC, major: 2, minor: 4, zone: 0, accuracy: 0, longest: 65535, link: 1 }
  const packets = Array.from({ length: count }, (_, n) => {
    const data = Buffer.alloc((frame.size ?? 0) + (n % 500))
    const fields = {
      to: Buffer.alloc(6, 1),
      from: Buffer.alloc(6, 2),
      kind: IPV4,
      version: { headerWords: 5, version: 4 },
      size: data.length - 14,
      protocol: n % 3 === 0 ? 17 : 6,
      source: [10, 0, 0, n % 7],
      target: [10, 0, 1, n % 3],
      sourcePort: 40_000 + (n % 100),
      targetPort: n % 3 === 0 ? 53 : 443,
    }
    frame.write(fields, data)
    return { seconds: 1_700_000_000 + Math.floor(n / 1000), micros: (n % 1000) * 1000, length: data.length, data }
  })
  return Buffer.concat([file.pack([header]), packet.pack(packets)])
}

const bytes = process.argv[2] === undefined ? makeCapture(50_000) : readFileSync(process.argv[2])
const { link, magic, major, minor } = file.read(bytes)
if (magic !== MAGIC || link !== 1) throw new Error('not a capture of Ethernet in the order of this reader')

const start = performance.now()
const packets = packet.unpack(bytes.subarray(file.size))
const talkers = new Map()
const protocols = new Map()
for (const { data, length } of packets) {
  if (frame.recordSize(data) === -1) continue
  const { kind, protocol, source, sourcePort, target, targetPort } = frame.read(data)
  if (kind !== IPV4) continue
  const name = PROTOCOLS[protocol] ?? `protocol ${protocol}`
  protocols.set(name, (protocols.get(name) ?? 0) + 1)
  const pair = `${source.join('.')}:${sourcePort} > ${target.join('.')}:${targetPort}`
  talkers.set(pair, (talkers.get(pair) ?? 0) + length)
}
const ms = performance.now() - start
const first = packets.at(0)
const last = packets.at(-1)
const seconds =
  first === undefined || last === undefined ? 0 : last.seconds - first.seconds + (last.micros - first.micros) / 1e6
console.log(
  `PCAP ${major}.${minor}: ${packets.length} packets over ${seconds.toFixed(3)} s, read in ${ms.toFixed(0)} ms`
)
console.log([...protocols].map(([name, count]) => `  ${name}: ${count}`).join('\n'))
const top = [...talkers].sort((a, b) => b[1] - a[1]).slice(0, 3)
for (const [pair, length] of top) console.log(`  ${pair}  ${length} bytes`)
