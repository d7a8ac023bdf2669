'use strict'

// Where the warden is: the executable that stands between us and a process whose whole tree is to be reached (see
// crates/warden). It is shipped beside the addon.

const fs = require('node:fs')
const path = require('node:path')
const { native } = require('../internal/native.js')
const { triple } = require('../internal/platform.js')

/** @type {string | null | undefined} */
let found

/** Its path; null where there is none, or where IRONLOOP_WARDEN=off says not to use it. */
function wardenFile() {
  if (found === undefined) {
    found = process.env.IRONLOOP_WARDEN === 'off' ? null : find()
    if (found !== null) native().raw.process.useWarden(found, process.env.IRONLOOP_CGROUP !== 'off')
  }
  return found
}

function find() {
  const name = `ironloop-warden.${triple()}`
  for (const request of [`../../native/${name}`, `ironloop-${triple()}/${name}`]) {
    try {
      const file = require.resolve(request)
      if (isExecutable(file)) return file
    } catch {
      // the next one
    }
  }
  return null
}

/**
 * Some ways of unpacking lose the mode; then it is set again, where that is allowed.
 * @param {string} file
 */
function isExecutable(file) {
  for (const mend of [() => {}, () => fs.chmodSync(file, 0o755)]) {
    try {
      mend()
      fs.accessSync(file, fs.constants.X_OK)
      return path.isAbsolute(file)
    } catch {
      // mended, or not
    }
  }
  return false
}

module.exports = { wardenFile }
