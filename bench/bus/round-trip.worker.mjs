// Answers each number with the next one, and first says which thread of the system it is.
import { readlinkSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

const { how, way, name } = workerData

if (how === 'bus') {
  const { Bus } = (await import('ironloop/events')).default
  const bus = Bus.open(name)
  if (way === 'request') bus.reply('bench.ask', (value) => value + 1)
  else bus.subscribe('bench.ask', (value) => bus.publish('bench.answer', value + 1))
} else if (way === 'request') {
  parentPort.on('message', ({ id, value }) => parentPort.postMessage({ id, value: value + 1 }))
} else {
  parentPort.on('message', (value) => parentPort.postMessage(value + 1))
}
parentPort.postMessage(process.platform === 'linux' ? Number(readlinkSync('/proc/thread-self').split('/').pop()) : 0)
