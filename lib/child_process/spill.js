'use strict'

// Outputs that are too large for memory, in files: written by the process itself (capture 'spill'), or by us once it has
// said too much (onOverflow 'spill'). They are their user's, and are gone with this process at the latest.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { isMainThread } = require('node:worker_threads')
const { keepDirectory } = require('./desk.js')

const kAsyncDispose = /** @type {typeof Symbol.asyncDispose} */ (
  Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')
)

/** Directories that are still there. @type {Set<string>} */
const directories = new Set()

function removeAll() {
  for (const directory of directories) fs.rmSync(directory, { recursive: true, force: true })
}

/** The files of one run, in a directory that only this user may read. */
class SpillDirectory {
  #directory
  #files = 0

  constructor() {
    if (directories.size === 0) {
      process.off('exit', removeAll)
      process.on('exit', removeAll)
    }
    this.#directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-spill-'))
    directories.add(this.#directory)
    if (!isMainThread) keepDirectory(this.#directory, false) // terminate() runs no JavaScript
  }

  /**
   * @param {0 | 1} output
   * @returns {SpillFile}
   */
  open(output) {
    const file = path.join(this.#directory, output === 0 ? 'stdout' : 'stderr')
    this.#files++
    try {
      return new SpillFile(file, fs.openSync(file, 'a', 0o600), () => this.#release())
    } catch (error) {
      this.#release()
      throw error
    }
  }

  /**
   * @param {(0 | 1)[]} outputs
   * @returns {SpillFile[]} all of them, or none
   */
  openAll(outputs) {
    /** @type {SpillFile[]} */
    const files = []
    try {
      for (const output of outputs) files.push(this.open(output))
    } catch (error) {
      for (const file of files) file.discard()
      throw error
    }
    return files
  }

  #release() {
    if (--this.#files > 0) return
    directories.delete(this.#directory)
    if (!isMainThread) keepDirectory(this.#directory, true)
    fs.rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** A file that is being written. */
class SpillFile {
  #path
  #release

  /**
   * @param {string} file
   * @param {number} descriptor
   * @param {() => void} release
   */
  constructor(file, descriptor, release) {
    this.#path = file
    this.descriptor = descriptor
    this.#release = release
  }

  /** @param {Buffer} piece */
  async write(piece) {
    for (let at = 0; at < piece.length; ) {
      at += await new Promise((resolve, reject) => {
        fs.write(this.descriptor, piece, at, (error, count) => (error ? reject(error) : resolve(count)))
      })
    }
  }

  /** Nothing more will be written. */
  finish() {
    const { size } = fs.fstatSync(this.descriptor)
    fs.closeSync(this.descriptor)
    return new Spilled(this.#path, size, this.#release)
  }

  /** Nothing was written. */
  discard() {
    fs.closeSync(this.descriptor)
    this.#release()
  }
}

/** An output in a file. */
class Spilled {
  /** @type {(() => void) | undefined} */
  #release

  /**
   * @param {string} file
   * @param {number} bytes
   * @param {() => void} release
   */
  constructor(file, bytes, release) {
    this.path = file
    this.bytes = bytes
    this.#release = release
  }

  stream() {
    return fs.createReadStream(this.path)
  }

  text() {
    return fs.promises.readFile(this.path, 'utf8')
  }

  /** Removes the file, once. */
  remove() {
    const release = this.#release
    this.#release = undefined
    if (release === undefined) return
    fs.rmSync(this.path, { force: true })
    release()
  }

  async [kAsyncDispose]() {
    this.remove()
  }
}

module.exports = { SpillDirectory, SpillFile, Spilled }
