// Receives values in the way that workerData names, and says after every `count` of them what they were.
import { parentPort, workerData } from 'node:worker_threads'
import { tally } from './peers/payloads.js'
import { receive } from './peers/ring.js'

const { how, name, payload, ring } = workerData
const take = tally(workerData, (checksum) => parentPort.postMessage(checksum))

if (how === 'bus') {
  const { Bus } = (await import('ironloop/events')).default
  Bus.open(name).subscribe('bench.one.way', take)
} else if (how !== 'ring') {
  parentPort.on('message', how === 'batched' ? (batch) => batch.forEach(take) : take)
}
parentPort.postMessage('ready')
if (how === 'ring') receive(ring, payload, take)
