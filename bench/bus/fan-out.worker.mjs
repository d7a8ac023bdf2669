// Two subscribers; says what both have got once both have all.
import { parentPort, workerData } from 'node:worker_threads'
import { tally } from './peers/payloads.js'

const { how, name } = workerData
const SUBSCRIBERS = 2
let checksums = []

function done(checksum) {
  checksums.push(checksum)
  if (checksums.length < SUBSCRIBERS) return
  parentPort.postMessage(checksums)
  checksums = []
}

for (let at = 0; at < SUBSCRIBERS; at++) {
  const take = tally(workerData, done)
  if (how === 'bus') {
    const { Bus } = (await import('ironloop/events')).default
    Bus.open(name).subscribe('bench.fan.out', take)
  } else {
    new BroadcastChannel(name).onmessage = ({ data }) => take(data)
  }
}
parentPort.postMessage('ready')
