'use strict'

// Hosts such as Electron take no memory of native code as an ArrayBuffer: there it is copied, with equal answers.

const { evaluate } = require('../fixtures/package/run-node.js')

const PROGRAM = `
const assert = require('node:assert')
const { Worker } = require('node:worker_threads')
const { child_process, events, pool } = require('ironloop')
const task = 'data:text/javascript,' + encodeURIComponent('export default (value) => value')

async function main() {
  const before = process.memoryUsage().arrayBuffers
  const { stdout } = await child_process.run('head', ['-c', '5000000', '/dev/zero'], { capture: 'buffer' })
  assert.ok(stdout.equals(Buffer.alloc(5_000_000)))
  const copied = process.memoryUsage().arrayBuffers - before >= 10_000_000 // beside the zeros it is compared with

  const bus = events.Bus.open('memory')
  const got = new Promise((resolve) => bus.subscribe('bytes', resolve))
  new Worker('require("ironloop").events.Bus.open("memory").publish("bytes", Buffer.alloc(1_000_000, 7))', { eval: true })
  assert.ok((await got).equals(Buffer.alloc(1_000_000, 7)))
  bus.close()

  const workers = new pool.Pool({ filename: task, maxThreads: 2 })
  const values = [...Array(2000).keys(), 'text', { a: [1n] }, Buffer.alloc(1_000_000, 9)]
  assert.deepStrictEqual((await Promise.all(values.map((value) => workers.run(value)))).map(String), values.map(String))
  await workers.close()
  console.log(copied ? 'copied' : 'as it is')
}
main()`

test.each([
  ['off', 'copied'],
  ['', 'as it is'],
])('IRONLOOP_EXTERNAL_MEMORY=%j: bytes of children, of the Bus and of pools arrive %s', (asked, answer) => {
  expect(evaluate(PROGRAM, { IRONLOOP_EXTERNAL_MEMORY: asked })).toBe(answer)
})
