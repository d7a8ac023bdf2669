// The client of http-p99: asks at fixed times, whether or not the answers before have come, and sleeps in between, for who
// watches a clock takes a processor from those that are measured. An answer's time counts from when it was asked for. Prints
// the latencies in microseconds, without those of the first `settle` seconds: starting this process was a child's start, too,
// and what follows it on both sides is not what is measured.

import { once } from 'node:events'
import { connect } from 'node:net'

const [port, perSecond, seconds, connections, settle] = process.argv.slice(2).map(Number)
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
const ANSWER_END = 'hello'

const latencies = []
const sockets = []
for (let at = 0; at < connections; at++) {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.setNoDelay(true)
  const waiting = []
  socket.setEncoding('latin1').on('data', (text) => {
    for (let count = text.split(ANSWER_END).length - 1; count > 0; count--) {
      latencies.push(Number(process.hrtime.bigint() - waiting.shift()) / 1e3)
    }
  })
  sockets.push({ socket, waiting })
}

const interval = BigInt(Math.round(1e9 / perSecond))
const begun = process.hrtime.bigint()
const unsettled = perSecond * settle
const total = unsettled + perSecond * seconds
let asked = 0

function ask() {
  const now = process.hrtime.bigint()
  let due = begun + interval * BigInt(asked)
  for (; asked < total && due <= now; due += interval) {
    const { socket, waiting } = sockets[asked++ % connections]
    waiting.push(process.hrtime.bigint())
    socket.write(REQUEST)
  }
  if (asked < total) setTimeout(ask, Number(due - now) / 1e6)
  else if (latencies.length < total) setTimeout(ask, 10)
  else finish()
}

function finish() {
  process.stdout.write(JSON.stringify(latencies.slice(unsettled)), () => process.exit())
}

ask()
