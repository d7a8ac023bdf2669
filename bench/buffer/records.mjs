// Records of 24 bytes, as in logs of trades and captures: columns, and whole objects.
import { randomBytes } from '../harness/random.js'

const SIZE = 24

const rows = [
  { name: 'columns of 100 records', task: 'columns', operations: 100 },
  {
    name: 'columns of 1,000 records',
    task: 'columns',
    operations: 1_000,
    atLeast: { 'binary-parser': 40, DataView: 3 },
  },
  {
    name: 'columns of 1,000 records, reused',
    task: 'reuse',
    operations: 1_000,
    atLeast: { 'binary-parser': 40, DataView: 3 },
  },
  {
    name: 'columns of 100,000 records',
    task: 'columns',
    operations: 100_000,
    atLeast: { 'binary-parser': 40, DataView: 3 },
  },
  {
    name: 'columns of 100,000 records, reused',
    task: 'reuse',
    operations: 100_000,
    atLeast: { 'binary-parser': 40, DataView: 3 },
  },
  { name: 'objects of 1,000 records', task: 'objects', operations: 1_000 },
  { name: 'packing columns of 1,000 records', task: 'pack', operations: 1_000 },
]

const fields = {
  time: 'doublebe',
  price: 'floatbe',
  volume: 'uint32be',
  id: 'uint32be',
  kind: 'uint16be',
  flags: 'uint8',
  side: 'int8',
}

const COLUMNS = {
  time: Float64Array,
  price: Float32Array,
  volume: Uint32Array,
  id: Uint32Array,
  kind: Uint16Array,
  flags: Uint8Array,
  side: Int8Array,
}

function byDataView(bytes, count) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const columns = {}
  for (const [name, Column] of Object.entries(COLUMNS)) columns[name] = new Column(count)
  const { flags, id, kind, price, side, time, volume } = columns
  for (let n = 0, at = 0; n < count; n++, at += SIZE) {
    time[n] = view.getFloat64(at)
    price[n] = view.getFloat32(at + 8)
    volume[n] = view.getUint32(at + 12)
    id[n] = view.getUint32(at + 16)
    kind[n] = view.getUint16(at + 20)
    flags[n] = view.getUint8(at + 22)
    side[n] = view.getInt8(at + 23)
  }
  return columns
}

function objectsByDataView(bytes, count) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: count }, (_, n) => {
    const at = n * SIZE
    return {
      time: view.getFloat64(at),
      price: view.getFloat32(at + 8),
      volume: view.getUint32(at + 12),
      id: view.getUint32(at + 16),
      kind: view.getUint16(at + 20),
      flags: view.getUint8(at + 22),
      side: view.getInt8(at + 23),
    }
  })
}

function packByDataView({ flags, id, kind, price, side, time, volume }, count) {
  const bytes = Buffer.alloc(count * SIZE)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let n = 0, at = 0; n < count; n++, at += SIZE) {
    view.setFloat64(at, time[n])
    view.setFloat32(at + 8, price[n])
    view.setUint32(at + 12, volume[n])
    view.setUint32(at + 16, id[n])
    view.setUint16(at + 20, kind[n])
    view.setUint8(at + 22, flags[n])
    view.setInt8(at + 23, side[n])
  }
  return bytes
}

/** Columns as plain sums, objects as the objects; no NaN among the input. */
function summary(task, result) {
  if (task === 'pack') return result.toString('hex')
  if (task === 'objects') return result
  return Object.fromEntries(
    Object.keys(COLUMNS).map((name) => [name, result[name].reduce((sum, one) => sum + Number(one), 0)])
  )
}

function fixture({ operations }) {
  const bytes = randomBytes(operations * SIZE, 21)
  for (let at = 0; at < bytes.length; at += SIZE) {
    bytes[at] = 0x40
    bytes[at + 8] = 0x40
  }
  return { bytes, columns: byDataView(bytes, operations), count: operations }
}

async function binaryParser() {
  const { Parser } = await import('binary-parser')
  const record = new Parser()
    .doublebe('time')
    .floatbe('price')
    .uint32be('volume')
    .uint32be('id')
    .uint16be('kind')
    .uint8('flags')
    .int8('side')
  return (count) => new Parser().array('records', { type: record, length: count })
}

export default {
  title: 'records of 24 bytes with seven fields: against binary-parser and a DataView loop',
  unit: 'K ops/s',
  better: 'higher',
  rows,
  fixture,
  contenders: {
    ironloop: {
      async setup({ task }, state) {
        const struct = (await import('ironloop/buffer')).compileStruct({ size: SIZE, fields })
        const reuse = struct.columns(state.bytes)
        return { ...state, reuse, struct, task }
      },
      run: ({ bytes, columns, count, reuse, struct, task }) => {
        if (task === 'columns') return struct.columns(bytes, count)
        if (task === 'reuse') return struct.columns(bytes, count, reuse)
        return task === 'objects' ? struct.unpack(bytes, count) : struct.pack(columns, count)
      },
      answer(state) {
        return summary(state.task, this.run(state))
      },
    },
    DataView: {
      setup: ({ task }, state) => ({ ...state, task }),
      run: ({ bytes, columns, count, task }) => {
        if (task === 'objects') return objectsByDataView(bytes, count)
        return task === 'pack' ? packByDataView(columns, count) : byDataView(bytes, count)
      },
      answer(state) {
        return summary(state.task, this.run(state))
      },
    },
    'binary-parser': {
      absent: ({ task }) => (task === 'pack' ? 'does not pack' : undefined),
      setup: async ({ operations, task }, state) => ({ ...state, parser: (await binaryParser())(operations), task }),
      run: ({ bytes, parser }) => parser.parse(bytes),
      answer({ bytes, parser, task }) {
        const { records } = parser.parse(bytes)
        if (task === 'objects') return records
        const columns = Object.fromEntries(Object.keys(COLUMNS).map((name) => [name, records.map((one) => one[name])]))
        return summary(task, columns)
      },
    },
  },
}
