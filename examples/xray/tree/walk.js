'use strict'

// Walks a tree and yields its files as paths with slashes, relative to the root. Symbolic links are counted, never
// followed; a directory is entered once (by device and inode), and never on another file system: no loop is possible.

const { lstat, readdir, stat } = require('node:fs/promises')
const { join } = require('node:path')

const DIRECTORIES_AT_ONCE = 16
const VERSION_CONTROL = new Set(['.git', '.hg', '.svn', '.jj'])

/** @typedef {ReturnType<typeof newCounts>} WalkCounts */

const newCounts = () => ({
  files: 0,
  directories: 0,
  links: 0,
  brokenLinks: 0,
  special: 0,
  storesSkipped: 0,
  otherFileSystems: 0,
  /** @type {{ path: string, code: string }[]} */
  unreadable: [],
  vanished: 0,
})

class Walk {
  /** @param {string} root @param {AbortSignal} [signal] */
  constructor(root, signal) {
    this.root = root
    this.signal = signal
    this.counts = newCounts()
    /** @type {string[]} */
    this.waiting = ['']
    this.seen = new Set()
    /** @type {number | undefined} */
    this.device = undefined
  }

  /** @returns {AsyncGenerator<string>} */
  async *[Symbol.asyncIterator]() {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(-DIRECTORIES_AT_ONCE)
      for (const files of await Promise.all(batch.map((directory) => this.enter(directory)))) {
        this.signal?.throwIfAborted()
        yield* files
      }
    }
  }

  /** @param {string} directory @returns {Promise<string[]>} its files */
  async enter(directory) {
    try {
      const path = join(this.root, directory)
      if (!(await this.isNew(path))) return []
      const entries = await readdir(path, { withFileTypes: true })
      this.counts.directories++
      return await this.sort(directory, entries)
    } catch (error) {
      this.fail(directory, /** @type {NodeJS.ErrnoException} */ (error).code ?? 'unknown')
      return []
    }
  }

  /** @param {string} path */
  async isNew(path) {
    const info = await (this.device === undefined ? stat(path) : lstat(path))
    if (!info.isDirectory()) throw Object.assign(new Error('was replaced'), { code: 'ENOTDIR' })
    this.device ??= info.dev
    const id = `${info.dev}:${info.ino}`
    if (this.seen.has(id)) return false
    this.seen.add(id)
    if (info.dev === this.device) return true
    this.counts.otherFileSystems++
    return false
  }

  /** @param {string} directory @param {import('node:fs').Dirent[]} entries */
  async sort(directory, entries) {
    const files = []
    for (const entry of entries) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`
      if (entry.isFile()) files.push(path)
      else if (entry.isDirectory()) this.enqueue(path, entry.name)
      else if (entry.isSymbolicLink()) await this.countLink(path)
      else this.counts.special++
    }
    this.counts.files += files.length
    return files
  }

  /** @param {string} path @param {string} name */
  enqueue(path, name) {
    if (VERSION_CONTROL.has(name)) this.counts.storesSkipped++
    else this.waiting.push(path)
  }

  /** @param {string} path */
  async countLink(path) {
    this.counts.links++
    await stat(join(this.root, path)).catch(() => this.counts.brokenLinks++)
  }

  /** @param {string} path @param {string} code */
  fail(path, code) {
    if (code === 'ENOENT' || code === 'ENOTDIR') this.counts.vanished++
    else this.counts.unreadable.push({ path: `${path}/`, code })
  }
}

module.exports = { Walk }
