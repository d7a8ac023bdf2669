// Messages from a process to one that it forked, one way. Wall time from the first send() until the parent hears that the
// child has seen all. Bytes go by sendBinary(), as a Buffer under 'advanced', and as base64 under 'json', which is what
// its users do: a Buffer itself would become a list of numbers, ten times as slow.
import { fork as nodeFork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { payloads } from '../bus/peers/payloads.js'

const CHILD = fileURLToPath(new URL('ipc.worker.mjs', import.meta.url))
const isBytes = ({ payload }) => payload !== 'object'

const contender = (options, load, waits) => ({
  async setup(params, values) {
    const { payload, operations } = params
    const fork = await load()
    const asText = isBytes(params) && options.serialization === 'json' && !waits
    const child = fork(CHILD, [payload, String(operations), asText ? 'base64' : ''], options)
    await once(child, 'message')
    const send =
      waits && isBytes(params)
        ? (value) => child.sendBinary(value)
        : (value) => child.send(asText ? value.toString('base64') : value)
    return { child, values, send }
  },
  async run({ child, values, send }) {
    const done = once(child, 'message')
    // Node's channel keeps what it has no room for, and has no 'drain'.
    for (const value of values) if (!send(value) && waits) await once(child, 'drain')
    return (await done)[0]
  },
  async teardown({ child }) {
    const ended = once(child, 'exit')
    child.disconnect()
    await ended
  },
})

const ours = async () => (await import('ironloop/child_process')).default.fork
const nodes = async () => nodeFork
const row = (name, payload, operations, bytes, atLeast) => ({ name, payload, operations, bytes, atLeast })
const small = { 'node json': 2, 'node advanced': 5 }

export default {
  title: 'messages from a process to one that it forked',
  unit: 'K ops/s',
  better: 'higher',
  rounds: 7,
  rows: [
    row('distinct 100 B objects', 'object', 20_000, 100, { 'node json': 2, 'node advanced': 2 }),
    row('100 B Buffers', 'bytes', 20_000, 100, small),
    row('64 KB Buffers', 'large', 400, 65_536, { 'node json': 4 }),
  ],
  fixture: (params) => payloads(params),
  contenders: {
    ironloop: contender({ ipc: 'shared-memory', serialization: 'json' }, ours, true),
    'ironloop advanced': {
      ...contender({ ipc: 'shared-memory', serialization: 'advanced' }, ours, true),
      peer: 'ironloop',
      ratio: false,
      absent: (params) => (isBytes(params) ? 'bytes go the same way' : undefined),
    },
    'node json': contender({ serialization: 'json' }, nodes, false),
    'node advanced': contender({ serialization: 'advanced' }, nodes, false),
  },
}
