'use strict'

// What is in your tree? The main job of this repository; see docs/xray.md.

const { statSync } = require('node:fs')
const { resolve } = require('node:path')
const { HELP, UsageError, parseArguments } = require('./arguments.js')
const { watchInterruption } = require('./interruption.js')

const USAGE = 2
const FAILED = 70

/** @param {string} dir @returns {string} */
function resolveDirectory(dir) {
  const root = resolve(dir)
  try {
    if (statSync(root).isDirectory()) return root
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    throw new UsageError(code === 'ENOENT' ? `no such directory: ${dir}` : `cannot read ${dir} (${code})`)
  }
  throw new UsageError(`not a directory: ${dir}`)
}

/** Only the engine that is asked for is loaded. @param {'ironloop' | 'node'} name @returns {import('./engine/engine').Engine} */
const loadEngine = (name) =>
  name === 'node' ? require('./engine/engine-node.js') : require('./engine/engine-ironloop.js')

/** @param {import('./arguments').Options} options @param {AbortSignal} signal */
async function examine(options, signal) {
  const root = resolveDirectory(options.dir)
  const engine = loadEngine(options.engine)
  if (options.compare) return require('./compare.js').compareEngines(root, options, engine, signal)
  const { Job } = require('./job.js')
  const job = new Job(root, engine, signal)
  const board = require('./board.js').openBoard(job, options)
  try {
    return await job.run()
  } finally {
    board.close()
  }
}

/** @param {import('./answer/answer').Answer} answer @param {string[]} failOn */
function isFailure({ copies, secrets, installScripts }, failOn) {
  const found = { duplicates: copies.files, secrets: secrets.length, 'install-scripts': installScripts.length }
  return failOn.some((what) => found[/** @type {keyof typeof found} */ (what)] > 0)
}

/** @param {string} text */
function print(text) {
  process.stdout.on('error', (error) => {
    // A reader that has seen enough (`| head`) is no error.
    process.exit(/** @type {NodeJS.ErrnoException} */ (error).code === 'EPIPE' ? process.exitCode : USAGE)
  })
  process.stdout.write(text)
}

async function main() {
  const options = parseArguments(process.argv.slice(2))
  if (options.help) return print(HELP)
  const interruption = watchInterruption()
  try {
    const answer = await examine(options, interruption.signal)
    if (isFailure(answer, options.failOn)) process.exitCode = 1
    print(options.json ? `${JSON.stringify(answer)}\n` : require('./report/report.js').renderReport(answer, options))
  } catch (error) {
    const exitCode = interruption.exitCode()
    if (exitCode === undefined) throw error
    process.exitCode = exitCode
  }
}

/** @param {Error & { code?: string }} error @returns {[string, number]} what to say, and the exit code */
function explain(error) {
  if (error instanceof UsageError) return [`${error.message} (--help tells more)`, USAGE]
  const isUnbuilt = error.code === 'ERR_NATIVE_BINDING_MISSING'
  return [isUnbuilt ? `${error.message} (--engine node needs none)` : (error.stack ?? String(error)), FAILED]
}

main().catch((error) => {
  const [message, exitCode] = explain(error)
  process.stderr.write(`xray: ${message}\n`)
  process.exitCode = exitCode
})
