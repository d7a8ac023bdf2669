// Threads share no variables. A Bus carries copies of values between all of them, by topic.
import { isMainThread, Worker } from 'node:worker_threads'
import { Bus } from 'ironloop/events'

const bus = Bus.open('course')
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url))
  bus.reply('sum', ([a, b]) => a + b)
  bus.subscribe('worker.*', (payload, topic) => {
    console.log(topic, payload)
    bus.close()
  })
  worker.on('exit', (code) => console.log('exit', code))
} else {
  bus.publish('worker.done', { answer: await bus.request('sum', [4, 2]) })
  await bus.flush()
  bus.close()
}
