// A loop of its own that turns when it is told to, watched in the way that workerData says.
import { parentPort, workerData } from 'node:worker_threads'

const { accounted, delays, watched } = workerData
if (watched) {
  const { watch } = await import('ironloop/loop')
  watch({ thresholdMs: 50 })
}
if (accounted) {
  const { stats } = await import('ironloop/loop')
  stats()
}
if (delays) {
  const { monitorEventLoopDelay } = await import('node:perf_hooks')
  monitorEventLoopDelay({ resolution: 10 }).enable()
}

parentPort.on('message', (turns) => {
  let left = turns
  const began = process.hrtime.bigint()
  const next = () => {
    if (left-- > 0) setImmediate(next)
    else parentPort.postMessage(Number(process.hrtime.bigint() - began) / turns)
  }
  next()
})
parentPort.postMessage('here')
