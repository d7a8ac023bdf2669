'use strict'

// By which mechanism each promise of this module is kept here.

const { native } = require('../internal/native.js')
const { openPort } = require('../internal/inbox.js')
const { obstacle } = require('./obstacle.js')

function capabilities() {
  if (native().wakeKind() === null) openPort({ deliverNext: () => false, ticks: false }).close()
  const hooks = native().loopHasHooks(process.versions.uv ?? '')
  return {
    watch: hooks ? 'libuv' : 'timer',
    stats: hooks ? 'libuv' : 'perf_hooks',
    stack: obstacle() ?? 'inspector',
  }
}

module.exports = { capabilities }
