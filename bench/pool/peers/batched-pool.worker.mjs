// The worker of batched-pool.mjs: one message in, one message out, for as many tasks as there are.
import { parentPort } from 'node:worker_threads'

parentPort.on('message', (batch) => parentPort.postMessage(batch))
