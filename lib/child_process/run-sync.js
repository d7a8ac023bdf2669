'use strict'

// run.sync(): the same run, with this thread waiting for its end. It waits in slices, so that a worker can be terminated
// meanwhile; the run itself is followed by the native threads, as always.

const { codes } = require('../internal/errors.js')
const { Handle } = require('./desk.js')
const { isTraced, traceSync } = require('./diagnostics.js')
const { conclude, errorOf } = require('./ending.js')
const { bytesOf } = require('./input.js')
const { waitedFor, writeTo } = require('./request.js')
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
  // Taken before the start: an input that throws must leave no process behind.
  const chunks = request.numbers[1] === 2 ? Array.from(options.input, bytesOf) : undefined
  /** @type {import('./spill.js').SpillFile[]} */
  let spills = []
  try {
    if (options.capture === 'spill') spills = openSpills(request, options.merge)
  } catch (error) {
    return conclude(noFacts({}), undefined, { request, options, reason: /** @type {NodeJS.ErrnoException} */ (error) })
  }
  waitedFor(request)
  const handle = new Handle(request, { onNews() {} })
  if (chunks !== undefined) writeAll(handle, chunks)
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
  const spills = directory.openAll(merge ? [0] : [0, 1])
  writeTo(
    request,
    spills.map(({ descriptor }) => descriptor)
  )
  return spills
}

/**
 * Queues all of an input: there is nobody who could be asked to wait.
 * @param {Handle} handle
 * @param {Uint8Array[]} chunks
 */
function writeAll(handle, chunks) {
  for (const chunk of chunks) handle.write(chunk)
  handle.endInput()
}

module.exports = { runSync }
