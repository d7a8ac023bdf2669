'use strict'

// Which place in the program a frame or a stack belongs to: the first that is neither Node's nor ironloop's.

const path = require('node:path')
const { fileURLToPath } = require('node:url')

/** Frames of ours say nothing: what called them does. */
const OURS = path.join(__dirname, '../..') + path.sep

/** @typedef {{ functionName: string, file: string, line: number, column: number }} Caller */

const FRAMES = 30

/** @param {string} file */
function isForeign(file) {
  return file === '' || file.startsWith('node:') || file.startsWith(OURS) || file.startsWith('[')
}

/**
 * @template {{ file: string }} T
 * @param {readonly T[] | undefined} frames innermost first
 */
function culprit(frames) {
  return frames?.find(({ file }) => !isForeign(file))
}

/** Who called, seen from a wrapper. @returns {Caller | undefined} */
function caller() {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = FRAMES
    // To find the line of a place costs more than all the rest: of one place only.
    Error.prepareStackTrace = (_, sites) => {
      const site = sites.find((one) => !isForeign(fileOf(one)))
      return site && frameOf(site)
    }
    /** @type {{ stack?: any }} */
    const holder = {}
    Error.captureStackTrace(holder, caller)
    return holder.stack
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** @param {NodeJS.CallSite} site */
function fileOf(site) {
  const name = site.getFileName() ?? ''
  return name.startsWith('file:') ? fileURLToPath(name) : name
}

/** @param {NodeJS.CallSite} site @returns {Caller} */
function frameOf(site) {
  return {
    functionName: site.getFunctionName() ?? '',
    file: fileOf(site),
    line: site.getLineNumber() ?? 0,
    column: site.getColumnNumber() ?? 0,
  }
}

module.exports = { caller, culprit, isForeign }
