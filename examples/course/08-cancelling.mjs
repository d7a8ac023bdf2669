// An AbortSignal is how work is told to stop; a deadline is a signal that comes by itself.
import { run } from 'ironloop/child_process'

const controller = new AbortController()
const sleeping = run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { signal: controller.signal })
await sleeping.spawned
controller.abort()
await sleeping.catch(({ name, code }) => console.log(name, code)) // AbortError ABORT_ERR

const options = { timeout: 300, reject: false }
const { timedOut } = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options)
console.log(timedOut) // true
