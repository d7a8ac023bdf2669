'use strict'

// The order in which Node calls back, shown by traces of small programs: `node examples/loop-order.js NAME [--plain]`,
// without a name it lists them. docs/event-loop.md is made of these programs and of what is printed. It is a CommonJS
// module on purpose: an ES module is itself run by a promise, so its microtasks come before its ticks.
const fs = require('node:fs')
const net = require('node:net')
const { trace } = require('ironloop/loop')

/** @type {Record<string, () => void>} */
const programs = {
  microtasks() {
    setTimeout(function timeout() {
      Promise.resolve().then(function afterTimeout() {})
      process.nextTick(function tickOfTimeout() {})
    }, 1)
    setTimeout(function secondTimeout() {}, 1)
    queueMicrotask(function microtask() {})
    process.nextTick(function tick() {
      process.nextTick(function tickOfTick() {})
    })
  },

  io() {
    fs.stat('.', () => {
      setTimeout(function timeout() {}, 0)
      setImmediate(function immediate() {})
    })
  },

  main() {
    setTimeout(function timeout() {}, 0)
    setImmediate(function immediate() {})
  },

  immediates() {
    setImmediate(function first() {
      setImmediate(function third() {})
      process.nextTick(function tickOfFirst() {})
    })
    setImmediate(function second() {})
  },

  closing() {
    const server = net.createServer().listen(0, function listening() {
      setImmediate(function immediate() {
        const socket = new net.Socket()
        socket.connect(portOf(server), function connected() {
          socket.destroy()
          server.close()
          setImmediate(function immediateOfConnected() {})
          process.nextTick(function tickOfConnected() {})
        })
      })
    })
  },
}

/** @param {net.Server} server */
function portOf(server) {
  return /** @type {net.AddressInfo} */ (server.address()).port
}

if (require.main === module) {
  const [, , name, plain] = process.argv
  if (programs[name] === undefined) console.log(Object.keys(programs).join('\n'))
  else trace(programs[name]).then((records) => process.stdout.write(records.text({ times: plain !== '--plain' })))
}

module.exports = { programs }
