// Sends requests, at random times whether or not the last ones were answered, or so many at a time, and says how long each
// took.
import { Agent, get } from 'node:http'

const agent = new Agent({ keepAlive: true, maxSockets: 256 })

function request(port) {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    get({ port, agent, host: '127.0.0.1' }, (response) => {
      response.resume()
      response.on('end', () => resolve(performance.now() - started))
    }).on('error', reject)
  })
}

/** Open arrivals. */
async function arrive(port, seconds, perSecond) {
  const open = []
  const started = performance.now()
  let seed = 11
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed / 2 ** 32
  }
  await new Promise((resolve) => {
    let due = 0
    const step = () => {
      const elapsed = performance.now() - started
      for (; due <= elapsed; due += (-Math.log(1 - random()) * 1000) / perSecond) open.push(request(port))
      if (elapsed < seconds * 1000) setTimeout(step, Math.max(0, due - elapsed))
      else resolve()
    }
    step()
  })
  return Promise.all(open)
}

/** As fast as the server answers. */
async function press(port, seconds, concurrency) {
  const times = []
  const until = performance.now() + seconds * 1000
  const one = async () => {
    while (performance.now() < until) times.push(await request(port))
  }
  await Promise.all(Array.from({ length: concurrency }, one))
  return times
}

process.on('message', async ({ port, seconds, perSecond, concurrency }) => {
  process.send(await (concurrency ? press(port, seconds, concurrency) : arrive(port, seconds, perSecond)))
})
process.on('disconnect', () => process.exit())
