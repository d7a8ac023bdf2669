'use strict'

const { native } = require('../../internal/native.js')

/** @type {boolean | undefined} */
let able

/**
 * Whether children get our handle: where there is a binding and the system has pidfds; and under Node's permission model
 * only with the right to start processes, since a native spawn would succeed where Node's own is to refuse.
 */
function isSupported() {
  able ??= probe()
  if (!able) return false
  const { permission } = /** @type {any} */ (process)
  return permission === undefined || permission.has('child')
}

function probe() {
  try {
    return native().raw.children.supported()
  } catch {
    return false // no binding: Node's own handle does as well
  }
}

/** By which mechanism children are started and waited for, as `capabilities()` tells. */
function mechanism() {
  return (able ??= probe()) ? 'clone-vfork-pidfd' : 'node'
}

module.exports = { isSupported, mechanism }
