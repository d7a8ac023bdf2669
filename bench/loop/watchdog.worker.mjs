import { parentPort, workerData } from 'node:worker_threads'
import { blocked } from 'ironloop/loop'

// In memory that the blocked thread reads afterwards: whether its block was seen while it lasted.
setInterval(() => {
  if (blocked(0) !== undefined) Atomics.store(workerData, 0, 1)
}, 2)
parentPort.postMessage('here')
