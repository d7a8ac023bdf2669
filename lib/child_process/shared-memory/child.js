'use strict'

// Loaded first in a child of fork() with `ipc: 'shared-memory'`: joins the rings to its `process`.

const fs = require('node:fs')
const { getSystemErrorName } = require('node:util')
const { isMainThread } = require('node:worker_threads')
const { systemError } = require('../../internal/errors.js')
const { native } = require('../../internal/native.js')

/** @param {string} places */
function join(places) {
  const [file, bell, serialization] = places.split(' ')
  const { Channel } = require('./channel.js')
  const port = require('./port.js')
  const id = native().raw.ring.adopt(port.portId(), Number(file), Number(bell))
  if (id < 0) throw systemError(getSystemErrorName(id), -id, 'mmap')
  for (const fd of [file, bell]) fs.closeSync(Number(fd))
  const { channel } = /** @type {any} */ (process)
  new Channel(id, process, serialization === 'advanced')
  // Listening keeps a child alive, as Node has it for 'message'; our own listener to 'disconnect' does not count.
  channel.unrefCounted()
  process.on('newListener', (event) => {
    if (/** @type {string} */ (event) === 'binary') channel.refCounted()
  })
  process.on('removeListener', (event) => {
    if (/** @type {string} */ (event) === 'binary') channel.unrefCounted()
  })
}

/** What the child's own children would be given, too. */
function leaveNoTrace() {
  delete process.env.IRONLOOP_IPC
  const { execArgv } = process
  const at = execArgv.lastIndexOf(__filename)
  if (at > 0) execArgv.splice(at - 1, 2)
}

const { IRONLOOP_IPC: places } = process.env
if (places !== undefined && isMainThread && process.connected) {
  leaveNoTrace()
  join(places)
}
