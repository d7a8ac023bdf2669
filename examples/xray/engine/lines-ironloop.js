'use strict'

// The output of a child process line by line, with ironloop's run(): started by a native thread, so that the event loop
// only asks, and never outliving this process.

const { run } = require('ironloop/child_process')

const GRACE_MS = 2000

/**
 * @param {string} file
 * @param {string[]} args
 * @param {import('./engine').LinesOptions} options
 * @returns {import('./engine').Lines}
 */
function lines(file, args, options) {
  const child = run(file, args, {
    ...options,
    reject: false,
    maxBuffer: Number.POSITIVE_INFINITY,
    gracePeriodMs: GRACE_MS,
    dieWithParent: true,
  })
  const output = untilItEnds(child[Symbol.asyncIterator]())
  const exited = child.then(
    ({ exitCode, error }) => ({ exitCode, error }),
    (error) => ({ exitCode: null, error })
  )
  return { [Symbol.asyncIterator]: () => output, exited }
}

/** How it ended is told by `exited` alone. @param {AsyncIterable<string>} output */
async function* untilItEnds(output) {
  try {
    yield* output
  } catch {}
}

module.exports = { lines }
