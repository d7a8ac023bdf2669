// As one-way.mjs, for strings alone: short ones are about the cost of a message, long ones about that of its characters.
import oneWay from './one-way.mjs'

const { 'SharedArrayBuffer ring': _, ...contenders } = oneWay.contenders

const row = (bytes, operations, atLeast) => ({
  name: `${bytes} characters`,
  payload: 'string',
  operations,
  bytes,
  atLeast,
})

export default {
  ...oneWay,
  title: 'strings from the main thread to a worker',
  rows: [row(10, 50_000), row(100, 50_000, { postMessage: 4, 'JS-batched postMessage': 0.9 }), row(1000, 20_000)],
  contenders,
}
