'use strict'

// The output of a child process line by line, with node:child_process.

const { spawn } = require('node:child_process')
const { once } = require('node:events')

/**
 * @param {string} file
 * @param {string[]} args
 * @param {import('./engine').LinesOptions} options
 * @returns {import('./engine').Lines}
 */
function lines(file, args, { cwd, env, signal, timeout, killSignal }) {
  /** @type {['ignore', 'pipe', 'ignore']} */
  const stdio = ['ignore', 'pipe', 'ignore']
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio, signal, killSignal })
  // spawn's own timeout keeps the process waiting for it when the child could not be started.
  const timer = timeout && setTimeout(() => child.kill(), timeout)
  const exited = once(child, 'close')
    .then(
      ([exitCode]) => ({ exitCode }),
      (error) => ended(child, error)
    )
    .finally(() => clearTimeout(timer))
  return { [Symbol.asyncIterator]: () => splitLines(child.stdout), exited }
}

/** After an abort 'error' comes first: the child is gone only when it has exited. @param {import('node:child_process').ChildProcess} child @param {Error} error */
async function ended(child, error) {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return { exitCode: null, error }
}

/** @param {import('node:stream').Readable} stream */
async function* splitLines(stream) {
  let rest = ''
  for await (const chunk of stream.setEncoding('utf8')) {
    const found = (rest + chunk).split('\n')
    rest = found.pop() ?? ''
    yield* found
  }
  if (rest) yield rest
}

module.exports = { lines }
