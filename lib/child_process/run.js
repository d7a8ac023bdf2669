'use strict'

// run(file, args, options), run`...`, run.with(options).

const { validateObject } = require('../internal/validators.js')
const { validateOptions } = require('./options.js')
const { checkPermission } = require('./permission.js')
const { makeRequest } = require('./request.js')
const { RunningProcess } = require('./running-process.js')
const { isTemplate, parseTemplate } = require('./template.js')

/** @param {Record<string, any>} defaults */
function makeRun(defaults) {
  /**
   * @param {string | URL | TemplateStringsArray} file
   * @param {...any} rest
   */
  function run(file, ...rest) {
    if (isTemplate(file)) {
      const [first, ...args] = parseTemplate(file, rest)
      return start(/** @type {string} */ (first), args, defaults, run)
    }
    let [args = [], options = {}] = rest
    if (rest.length === 1 && typeof args === 'object' && !Array.isArray(args)) [args, options] = [[], args]
    validateObject(options, 'options')
    return start(file, args, { ...defaults, ...options }, run)
  }
  /** @param {Record<string, any>} options */
  run.with = (options) => {
    validateObject(options, 'options')
    return makeRun({ ...defaults, ...options })
  }
  return run
}

/**
 * @param {string | URL} file
 * @param {unknown} args
 * @param {Record<string, any>} given
 * @param {Function} caller
 */
function start(file, args, given, caller) {
  const options = validateOptions(given)
  const request = makeRequest(file, args, options)
  checkPermission(request.file)
  // A failure shows where run() was called: the native callback that brings it has no stack to show.
  const origin = {}
  Error.captureStackTrace(origin, caller)
  return new RunningProcess(request, options, origin)
}

module.exports = { run: makeRun({}) }
