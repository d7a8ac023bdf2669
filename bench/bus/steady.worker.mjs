// Receives numbers, and says after every `count` of them what they were; between answers nobody listens.
import { parentPort, workerData } from 'node:worker_threads'
import { tally } from './peers/payloads.js'

const { how, name } = workerData
let told = false
const take = tally(workerData, (checksum) => {
  if (!told) parentPort.postMessage(checksum)
  told = true
})

if (how === 'bus') {
  const { Bus } = (await import('ironloop/events')).default
  Bus.open(name).subscribe('bench.steady', take)
} else {
  parentPort.on('message', take)
}
parentPort.postMessage('ready')
