'use strict'

const { native } = require('../internal/native.js')
const { mechanism } = require('./spawn/support.js')

/** By which mechanism the promises of this module are kept here. */
function capabilities() {
  const [spawn, reap, killTree, dieWithParent, limits] = native().raw.process.mechanisms().split(' ')
  return { spawn, reap, killTree, dieWithParent, limits, dropIn: mechanism() }
}

module.exports = { capabilities }
