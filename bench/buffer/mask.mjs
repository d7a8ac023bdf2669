// The mask of WebSocket frames: ours against bufferutil, which ws uses where it is installed.
import { randomBytes } from '../harness/random.js'

const size = (bytes) =>
  bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MB` : bytes >= 1024 ? `${bytes / 1024} KB` : `${bytes} bytes`

const rows = ['mask', 'unmask'].flatMap((task) =>
  [64, 1024, 65_536, 2 ** 20].map((bytes) => ({
    name: `${task}, ${size(bytes)}`,
    task,
    bytes,
    ...(bytes === 65_536 ? { atLeast: { bufferutil: 1.5 } } : {}),
  }))
)

const run = ({ api, key, out, source, task }) => {
  if (task === 'mask') api.mask(source, key, out, 0, source.length)
  else api.unmask(source, key)
}

/** The first bytes after a call on data that nobody has touched. */
const answer = ({ api, key, task }) => {
  const source = randomBytes(3000, 5)
  const out = Buffer.alloc(3000)
  run({ api, key, out, source, task })
  return (task === 'mask' ? out : source).toString('hex')
}

/** Both have the same functions. */
const contender = (load) => ({
  setup: async ({ bytes, task }) => ({
    api: (await load()).default,
    key: Buffer.from([0x37, 0xfa, 0x21, 0x3d]),
    out: Buffer.alloc(bytes),
    source: randomBytes(bytes, 4),
    task,
  }),
  run,
  answer,
})

export default {
  title: 'masking and unmasking the payload of WebSocket frames',
  unit: 'MB/s',
  better: 'higher',
  rows,
  contenders: {
    ironloop: contender(() => import('ironloop/buffer')),
    bufferutil: contender(() => import('bufferutil')),
  },
}
