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
      return start(/** @type {string} */ (first), args, defaults)
    }
    let [args = [], options = {}] = rest
    if (rest.length === 1 && !Array.isArray(args)) [args, options] = [[], args]
    validateObject(options, 'options')
    return start(file, args, { ...defaults, ...options })
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
 */
function start(file, args, given) {
  const options = validateOptions(given)
  const request = makeRequest(file, args, options)
  checkPermission(request.file)
  return new RunningProcess(request, options)
}

module.exports = { run: makeRun({}) }
