'use strict'

// run(file, args, options), run`...`, run.with(options), run.sync(...), running.pipe(...).

const { codes } = require('../internal/errors.js')
const { validateObject } = require('../internal/validators.js')
const { validateOptions } = require('./options.js')
const { checkPermission } = require('./permission.js')
const { makeRequest } = require('./request.js')
const { runSync } = require('./run-sync.js')
const { RunningProcess } = require('./running-process.js')
const { isTemplate, parseTemplate } = require('./template.js')

/** @param {Record<string, any>} defaults */
function makeRun(defaults) {
  /**
   * @param {string | URL | TemplateStringsArray} file
   * @param {...any} rest
   */
  function run(file, ...rest) {
    return start(file, rest, defaults, run)
  }
  /** @param {Record<string, any>} options */
  run.with = (options) => {
    validateObject(options, 'options')
    return makeRun({ ...defaults, ...options })
  }
  /**
   * @param {string | URL | TemplateStringsArray} file
   * @param {...any} rest
   */
  run.sync = (file, ...rest) => {
    const { request, options, origin } = prepare(file, rest, defaults, run.sync)
    return runSync(request, options, origin)
  }
  return run
}

/**
 * @param {string | URL | TemplateStringsArray} file
 * @param {any[]} rest
 * @param {Record<string, any>} defaults
 * @param {Function} caller
 */
function start(file, rest, defaults, caller) {
  const { request, options, origin } = prepare(file, rest, defaults, caller)
  return new RunningProcess(request, options, origin, makeStartNext(defaults))
}

/**
 * @param {Record<string, any>} defaults
 * @returns {import('./running-process.js').StartNext}
 */
function makeStartNext({ input: _input, stdin: _stdin, ...defaults }) {
  return (source, file, rest, caller) => {
    const { request, options, origin } = prepare(file, rest, defaults, caller, true)
    return new RunningProcess(
      request,
      Object.assign(options, { stdin: undefined }),
      origin,
      makeStartNext(defaults),
      source
    )
  }
}

/**
 * Everything that can be refused is refused here.
 * @param {string | URL | TemplateStringsArray} file
 * @param {any[]} rest
 * @param {Record<string, any>} defaults
 * @param {Function} caller
 * @param {boolean} [isFed] whether its input is another run's output
 */
function prepare(file, rest, defaults, caller, isFed = false) {
  const [program, args, given] = argumentsOf(file, rest)
  const options = validateOptions({ ...defaults, ...given })
  if (isFed) {
    for (const name of ['input', 'stdin']) {
      if (options[name] === undefined) continue
      throw new codes.ERR_INVALID_ARG_VALUE(`options.${name}`, options[name], 'is what the run before says')
    }
    options.stdin = 'pipe'
  }
  const request = makeRequest(program, args, options)
  checkPermission(request.file)
  // A failure shows where run() was called: the native callback that brings it has no stack to show.
  const origin = {}
  Error.captureStackTrace(origin, caller)
  return { request, options, origin }
}

/**
 * @param {any} file
 * @param {any[]} rest
 * @returns {[file: any, args: any, options: Record<string, any>]}
 */
function argumentsOf(file, rest) {
  if (isTemplate(file)) {
    const [first, ...args] = parseTemplate(file, rest)
    return [first, args, {}]
  }
  let [args = [], options = {}] = rest
  if (rest.length === 1 && typeof args === 'object' && !Array.isArray(args)) [args, options] = [[], args]
  validateObject(options, 'options')
  return [file, args, options]
}

module.exports = { run: makeRun({}) }
