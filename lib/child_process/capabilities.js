'use strict'

const { native } = require('../internal/native.js')
const { mechanism } = require('./spawn/support.js')
const { wardenFile } = require('./warden.js')

/** By which mechanism the promises of this module are kept here. */
function capabilities() {
  wardenFile()
  const words = native().raw.process.mechanisms().split(' ')
  const [spawn, reap, killTree, dieWithParent, limits, memoryLimit, processLimit] = words
  const dropIn = mechanism()
  const ipc = dropIn === 'node' ? 'node' : 'shared-memory'
  return { spawn, reap, killTree, dieWithParent, limits, memoryLimit, processLimit, dropIn, ipc }
}

module.exports = { capabilities }
