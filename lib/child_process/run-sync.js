'use strict'

// run.sync(): the same run, with this thread waiting for its end. It waits in slices, so that a worker can be terminated
// meanwhile; the run itself is followed by the native threads, as always.

const { codes } = require('../internal/errors.js')
const { Handle } = require('./desk.js')
const { isTraced, traceSync } = require('./diagnostics.js')
const { conclude, errorOf } = require('./ending.js')
const { bytesOf } = require('./input.js')
const { writeTo } = require('./request.js')
const { commandOf, noFacts, readFacts, spawnError } = require('./result.js')
const { SpillDirectory } = require('./spill.js')

/** Milliseconds after which a worker that is to be terminated can be. */
const SLICE_MS = 50

/**
 * @param {import('./request.js').Request} request
 * @param {import('./options.js').RunOptions} options
 * @param {{ stack?: string }} origin
 */
function runSync(request, options, origin) {
  if (!isTraced()) return finish(request, options, origin)
  const context = { command: commandOf(request), file: request.file, args: request.args }
  return traceSync(context, () => finish(request, options, origin))
}

/**
 * @param {import('./request.js').Request} request
 * @param {import('./options.js').RunOptions} options
 * @param {{ stack?: string }} origin
 */
function finish(request, options, origin) {
  refuseWhatNeedsTheLoop(options)
  const ending = options.signal?.aborted ? neverStarted(request, options) : follow(request, options)
  const error = errorOf(ending, request, origin)
  if (error !== undefined && options.reject) throw error
  return error === undefined ? ending.result : { ...ending.result, error }
}

/** @param {import('./options.js').RunOptions} options */
function refuseWhatNeedsTheLoop({ tee, stdin, onOverflow, input }) {
  const needs = [
    ['tee', Boolean(tee)],
    ["stdin: 'pipe'", stdin === 'pipe'],
    ["onOverflow: 'spill'", onOverflow === 'spill'],
    ['input', input?.[Symbol.asyncIterator] !== undefined],
  ].find(([, asked]) => asked)
  if (needs === undefined) return
  throw new codes.ERR_CHILD_PROCESS_OPTION_UNSUPPORTED(needs[0], 'run.sync() keeps the event loop from serving it')
}

/**
 * @param {import('./request.js').Request} request
 * @param {import('./options.js').RunOptions} options
 */
function neverStarted(request, options) {
  return conclude(noFacts({ cancelled: 1 }), undefined, { request, options, reason: undefined })
}

/**
 * @param {import('./request.js').Request} request
 * @param {import('./options.js').RunOptions} options
 */
function follow(request, options) {
  const spills = options.capture === 'spill' ? openSpills(request, options.merge) : []
  const handle = new Handle(request, { onNews() {} })
  if (request.numbers[1] === 2) writeAll(handle, options.input)
  let answer = handle.errno === 0 ? 0 : -handle.errno
  while (answer === 0) answer = handle.wait(SLICE_MS)
  const reason = answer < 0 ? spawnError(-answer, request) : undefined
  const facts = reason === undefined ? readFacts(handle) : noFacts({})
  const spilled = spills.map((file) => (reason === undefined ? file.finish() : void file.discard()))
  const ending = conclude(facts, handle, { request, options, reason }, spilled)
  handle.settle()
  handle.forget()
  return ending
}

/**
 * @param {import('./request.js').Request} request
 * @param {boolean} merge
 */
function openSpills(request, merge) {
  const directory = new SpillDirectory()
  const spills = (merge ? /** @type {const} */ ([0]) : /** @type {const} */ ([0, 1])).map((at) => directory.open(at))
  writeTo(
    request,
    spills.map(({ descriptor }) => descriptor)
  )
  return spills
}

/**
 * Queues all of an iterable: there is nobody who could be asked to wait.
 * @param {Handle} handle
 * @param {Iterable<unknown>} input
 */
function writeAll(handle, input) {
  for (const chunk of input) handle.write(bytesOf(chunk))
  handle.endInput()
}

module.exports = { runSync }
