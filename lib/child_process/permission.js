'use strict'

const { codes } = require('../internal/errors.js')

/**
 * Native spawning would succeed where Node's own throws, so Node's permission model is asked first.
 * @param {string} file
 */
function checkPermission(file) {
  const { permission } = /** @type {any} */ (process)
  if (permission === undefined || permission.has('child')) return
  throw Object.assign(new codes.ERR_ACCESS_DENIED('--allow-child-process'), {
    permission: 'ChildProcess',
    resource: file,
  })
}

module.exports = { checkPermission }
