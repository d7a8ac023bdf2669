// The postMessage of one-way.mjs as a program of its own, for other runtimes: arguments payload, operations, bytes. For
// each line that it reads it sends all values to a worker, and writes how long that took and what the worker has seen.
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import { payloads } from './payloads.js'

const [payload, operations, bytes] = process.argv.slice(2)
const count = Number(operations)
const values = payloads({ payload, operations: count, bytes: Number(bytes) })
const workerData = { how: 'each', payload, count }
const worker = new Worker(new URL('../one-way.worker.mjs', import.meta.url), { workerData })
await once(worker, 'message')

for await (const _ of createInterface({ input: process.stdin })) {
  const started = performance.now()
  const done = once(worker, 'message')
  for (const value of values) worker.postMessage(value)
  const [checksum] = await done
  process.stdout.write(`${JSON.stringify({ ms: performance.now() - started, checksum })}\n`)
}
await worker.terminate()
process.exit(0)
