'use strict'

// The output of a child process line by line, with ironloop's run(): started off the event loop, ended with its tree.

const { run } = require('ironloop/child_process')

/**
 * @param {string} file
 * @param {string[]} args
 * @param {import('./engine').LinesOptions} options
 * @returns {import('./engine').Lines}
 */
function lines(file, args, options) {
  const child = run(file, args, { ...options, capture: 'none', reject: false })
  const exited = child.then(
    ({ exitCode }) => ({ exitCode: exitCode ?? null }),
    (error) => ({ exitCode: null, error })
  )
  return { [Symbol.asyncIterator]: () => child[Symbol.asyncIterator](), exited }
}

module.exports = { lines }
