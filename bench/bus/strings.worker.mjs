// Receives `count` strings in the way that workerData names, then says how many characters they had.
import { parentPort, workerData } from 'node:worker_threads'

const { how, name, count } = workerData
let left = count
let characters = 0

function take(text) {
  characters += text.length
  if (--left > 0) return
  parentPort.postMessage(characters)
  left = count
  characters = 0
}

if (how === 'bus') {
  const { Bus } = (await import('ironloop/events')).default
  Bus.open(name).subscribe('bench.strings', take)
} else if (how === 'BroadcastChannel') {
  new BroadcastChannel(name).onmessage = ({ data }) => take(data)
} else {
  parentPort.on('message', how === 'batched' ? (batch) => batch.forEach(take) : take)
}
parentPort.postMessage('ready')
