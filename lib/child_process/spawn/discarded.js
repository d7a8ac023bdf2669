'use strict'

// Node's handle of a child process that we start by ours. It is freed only by being closed, and can be closed only once
// libuv knows it, which makes it known in a spawn: one with a descriptor that cannot be, refused before anything is done.

const { native } = require('../../internal/native.js')

const [major] = process.versions.node.split('.')
/** Up to Node 22 a handle's spawn takes one object, from then on its properties in a row. */
const takesObject = Number(major) < 23
const [, uvMinor] = (process.versions.uv ?? '').split('.')
/** From libuv 1.52 on a refused handle has left the loop's queue, and its close would tear others out of it. */
const leavesQueue = Number(uvMinor) >= 52
/** @type {string[]} */
const none = []
// Without prototypes: what others add to Object.prototype is no option of ours.
const stdio = [{ __proto__: null, type: 'fd', fd: -1 }]
const refused = { __proto__: null, file: '/', args: none, envPairs: none, stdio }

/** @param {any} handle */
function discard(handle) {
  handle.onexit = undefined
  if (takesObject) handle.spawn(refused)
  else handle.spawn(refused.file, none, undefined, none, stdio, 0, undefined, undefined)
  handle.close()
  if (leavesQueue) native().raw.children.relinkRefused()
}

module.exports = { discard }
