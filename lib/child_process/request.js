'use strict'

// What native code is given to start a process, in the layout of src/process/request.rs.

const path = require('node:path')
const { isSharedArrayBuffer } = require('node:util').types
const { codes } = require('../internal/errors.js')
const { capabilities } = require('./capabilities.js')
const { packEnvironment } = require('./environment.js')
const { signalNumber } = require('./signals.js')
const { teesOf } = require('./tee.js')
const { pathOf, validateText } = require('./text.js')
const { wardenFile } = require('./warden.js')

const GROUP = 1
const DIE_WITH_PARENT = 2
const TRUNCATE = 4
const INHERIT_ENV = 8
const DETACHED = 16
const MERGE = 32
const SPILL = 64
const SYNC = 128

const STDINS = { ignore: 0, inherit: 1, pipe: 2, given: 3 }
const NOTHING = 0
const PIPE = 2
const FILE = 4

/** How many numbers there are. */
const NUMBERS = 20
/** Where stdout and stderr stand among them. */
const STDOUT = 2
const STDERR = 3

/**
 * @typedef {object} Request
 * @property {string} file
 * @property {string[]} args as given, for messages and errors
 * @property {string | undefined} command both, as messages show them, once one has
 * @property {string} spawnFile what is executed, the shell where one is asked for
 * @property {string[]} spawnArgs argv, its name first
 * @property {string} argv
 * @property {string} env
 * @property {string} cwd
 * @property {number[]} numbers of NUMBERS
 * @property {NodeJS.ArrayBufferView | undefined} input
 */

/**
 * @param {unknown} file
 * @param {unknown} args
 * @param {import('./options.js').RunOptions} options
 * @returns {Request}
 */
function makeRequest(file, args, options) {
  checkTree(options)
  const program = pathOf(file, 'file')
  if (program === '') throw new codes.ERR_INVALID_ARG_VALUE('file', program, 'cannot be empty')
  const list = argumentsOf(args)
  const cwd = directoryOf(options.cwd, 'options.cwd')
  const [spawnFile, spawnArgs] = options.shell
    ? shellCommand(options.shell, program, list)
    : [program, [program, ...list]]
  const { inherit, packed } = packEnvironment(options.env, options.extendEnv, localPath(options.preferLocal, cwd))
  return {
    file: program,
    args: list,
    command: undefined,
    spawnFile,
    spawnArgs,
    argv: `${spawnArgs.join('\0')}\0`,
    env: packed,
    cwd,
    numbers: numbersOf(options, inherit),
    input: inputBytes(options),
  }
}

/**
 * The working directory as it is now: another thread starts the process, maybe after process.chdir().
 * @param {unknown} given
 * @param {string} name
 */
function directoryOf(given, name) {
  const asked = given === undefined ? '' : pathOf(given, name)
  try {
    return path.resolve(asked)
  } catch {
    return asked // ours has been removed: the process has the same, and what is asked for is looked for from there
  }
}

/**
 * Whether the promises about whole trees can be kept.
 * @param {import('./options.js').RunOptions} options
 */
function checkTree({ killTree, dieWithParent, limits }) {
  if (killTree || dieWithParent) wardenFile()
  if (limits?.processes !== undefined && capabilities().processLimit === 'none') {
    const reason = 'it needs a cgroup v2 with the pids controller that this process may write to'
    throw new codes.ERR_CHILD_PROCESS_OPTION_UNSUPPORTED('limits.processes', reason)
  }
  if (limits?.memoryBytes !== undefined && capabilities().memoryLimit === 'none') {
    throw new codes.ERR_CHILD_PROCESS_OPTION_UNSUPPORTED('limits.memoryBytes', 'nobody can watch it on this platform')
  }
}

/** @param {unknown} args */
function argumentsOf(args) {
  if (!Array.isArray(args)) throw new codes.ERR_INVALID_ARG_TYPE('args', 'Array', args)
  return args.map((argument, index) => {
    const text = typeof argument === 'number' || typeof argument === 'bigint' ? String(argument) : argument
    validateText(text, `args[${index}]`)
    return text
  })
}

/**
 * As Node does it: the words joined by spaces, quoting left to the caller.
 * @param {unknown} shell
 * @param {string} program
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
function shellCommand(shell, program, args) {
  if (shell !== true) validateText(shell, 'options.shell')
  const command = [program, ...args].join(' ')
  if (process.platform === 'win32') {
    const file = shell === true ? (process.env.comspec ?? 'cmd.exe') : /** @type {string} */ (shell)
    return [file, [file, '/d', '/s', '/c', command]]
  }
  const file = shell === true ? '/bin/sh' : /** @type {string} */ (shell)
  return [file, [file, '-c', command]]
}

/**
 * The node_modules/.bin of a directory and of all above it.
 * @param {unknown} preferLocal
 * @param {string} cwd
 */
function localPath(preferLocal, cwd) {
  if (preferLocal === undefined || preferLocal === false) return undefined
  let directory = preferLocal === true ? cwd : directoryOf(preferLocal, 'options.preferLocal')
  if (!path.isAbsolute(directory)) return undefined // where ours has been removed there is nothing, nor above it
  const directories = []
  for (;;) {
    directories.push(path.join(directory, 'node_modules', '.bin'))
    const above = path.dirname(directory)
    if (above === directory) return directories.join(path.delimiter)
    directory = above
  }
}

/**
 * Native code copies them when the run starts. Copied here already: what starts only after run() has returned, and what
 * other threads may write to.
 * @param {import('./options.js').RunOptions} options
 * @returns {Uint8Array | NodeJS.ArrayBufferView | undefined}
 */
function inputBytes({ input, capture }) {
  if (typeof input === 'string') return Buffer.from(input)
  if (!ArrayBuffer.isView(input)) return undefined
  if (capture !== 'none' && !isSharedArrayBuffer(input.buffer)) return /** @type {NodeJS.ArrayBufferView} */ (input)
  return Uint8Array.from(new Uint8Array(input.buffer, input.byteOffset, input.byteLength))
}

/**
 * @param {import('./options.js').RunOptions} options
 * @param {boolean} inherit
 * @returns {number[]} in an array: a typed one of that size costs an allocation outside of the heap, and its release
 */
function numbersOf(options, inherit) {
  const { capture, input, limits = {} } = options
  const output = capture === 'none' ? NOTHING : PIPE
  const { stdout, stderr } = teesOf(options)
  const given = typeof input === 'string' || ArrayBuffer.isView(input)
  const stdin = given ? 'given' : input === undefined ? (options.stdin ?? 'ignore') : 'pipe'
  return [
    flagsOf(options, inherit),
    STDINS[/** @type {keyof typeof STDINS} */ (stdin)],
    stdout ? PIPE : output,
    stderr ? PIPE : output,
    options.maxBuffer,
    options.timeout,
    options.gracePeriodMs,
    signalNumber(options.killSignal),
    options.uid ?? -1,
    options.gid ?? -1,
    options.umask ?? -1,
    options.nice ?? Number.NaN,
    limits.addressSpaceBytes ?? -1,
    limits.cpuTimeMs === undefined ? -1 : Math.ceil(limits.cpuTimeMs / 1000),
    limits.fileSizeBytes ?? -1,
    limits.openFiles ?? -1,
    limits.memoryBytes ?? -1,
    limits.processes ?? -1,
    -1,
    -1,
  ]
}

/**
 * @param {import('./options.js').RunOptions} options
 * @param {boolean} inherit
 */
function flagsOf({ killTree, detached, dieWithParent, onOverflow, merge, capture }, inherit) {
  // Where a file takes all of it there is no limit: what is shown as well waits until somebody does.
  const toFile = onOverflow === 'spill' || capture === 'spill'
  return (
    (killTree ? GROUP : 0) |
    (dieWithParent ? DIE_WITH_PARENT : 0) |
    (onOverflow === 'truncate' && !toFile ? TRUNCATE : 0) |
    (toFile ? SPILL : 0) |
    (inherit ? INHERIT_ENV : 0) |
    (detached ? DETACHED : 0) |
    (merge ? MERGE : 0)
  )
}

/**
 * Makes files of ours the outputs of the process.
 * @param {Request} request
 * @param {(number | undefined)[]} files descriptors for stdout and, where it is not merged, stderr
 */
function writeTo({ numbers }, files) {
  for (const [at, file] of files.entries()) {
    if (file === undefined) continue
    numbers[STDOUT + at] = FILE
    numbers[18 + at] = file
  }
}

/**
 * Says that its thread waits for the end, and so does not turn its loop to hear of it.
 * @param {Request} request
 */
function waitedFor({ numbers }) {
  numbers[0] = (numbers[0] ?? 0) | SYNC
}

module.exports = { NUMBERS, PIPE, STDERR, STDOUT, makeRequest, waitedFor, writeTo }
