import { parentPort, workerData } from 'node:worker_threads'
import { blocked } from 'ironloop/loop'

// In memory that the blocked thread reads afterwards: how long its block lasted when it was first seen, in microseconds.
setInterval(() => {
  const block = blocked(0)
  if (block !== undefined) Atomics.compareExchange(workerData, 0, 0, Math.round(block.blockedMs * 1000))
}, 1)
parentPort.postMessage('here')
