'use strict'

// Everything that is learnt about one file, in the worker: opened once, read once, hashed, its lines counted, all
// patterns searched in one pass, hits confirmed, and parsed where that is worth it. Nothing here throws for a bad file.

const fs = require('node:fs')
const { join } = require('node:path')
const { windows } = require('./windows.js')
const { countBefore } = require('./line-index.js')
const { isJavaScript, isOwn } = require('./file-kinds.js')
const { judgeHits } = require('./judge-hits.js')
const { judgeSource } = require('./judge-source.js')
const { isPackageManifest, readManifest } = require('./package-manifest.js')

/**
 * What an engine lends to a worker.
 * @typedef {object} Kit
 * @property {(bytes: Buffer) => string} hashOf
 * @property {(bytes: Buffer) => ArrayLike<number>} newlines offsets of every \n
 * @property {(bytes: Buffer) => Hits} findAll
 * @property {(finding: Finding) => void} publish
 *
 * @typedef {{ count: number, patternIds: ArrayLike<number>, starts: ArrayLike<number> }} Hits leftmost-first, not overlapping
 *
 * @typedef {{ group: 'secret' | 'dynamic' | 'mark', kind: string, path: string, line: number, text?: string }} Finding
 *
 * @typedef {object} FileFacts
 * @property {string} path
 * @property {number} size
 * @property {'text' | 'binary' | 'empty' | 'special' | 'unreadable' | 'vanished' | 'failed'} state
 * @property {string} [error] code of what went wrong
 * @property {string} [hash]
 * @property {string} [inode] only of files with several hard links: their bytes are on the disk once
 * @property {number} [lines]
 * @property {number} published findings sent
 * @property {{ secret: number, dynamic: number, mark: number }} hits before they were confirmed
 * @property {{ complexity: number, worst: { name: string, line: number, complexity: number } }} [score]
 * @property {{ line: number, message: string } | 'too large'} [unparsed]
 * @property {import('./package-manifest').Manifest} [manifest]
 */

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants
// A name may have become a link or a pipe since the directory was read: neither is followed, nor waited for.
const OPEN_FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK

const MAX_PARSED_BYTES = 1024 * 1024
const BINARY_PROBE_BYTES = 8000

/** @param {string} root @param {string} path @param {Kit} kit @returns {FileFacts} */
function examineFile(root, path, kit) {
  /** @type {FileFacts} */
  const facts = { path, size: 0, state: 'text', published: 0, hits: { secret: 0, dynamic: 0, mark: 0 } }
  let fd = -1
  try {
    fd = fs.openSync(join(root, path), OPEN_FLAGS)
    readOpened(fd, facts, kit)
  } catch (error) {
    describeFailure(facts, /** @type {NodeJS.ErrnoException} */ (error))
  } finally {
    if (fd !== -1) fs.closeSync(fd)
  }
  return facts
}

/** @param {FileFacts} facts @param {NodeJS.ErrnoException} error */
function describeFailure(facts, error) {
  facts.error = error.code ?? error.message
  // A name that is no UTF-8 cannot be opened by the string that readdir made of it.
  if (error.code === 'ENOENT') facts.state = facts.path.includes('\uFFFD') ? 'unreadable' : 'vanished'
  else if (error.code === 'EACCES' || error.code === 'EPERM') facts.state = 'unreadable'
  else facts.state = 'failed'
}

/** @param {number} fd @param {FileFacts} facts @param {Kit} kit */
function readOpened(fd, facts, kit) {
  const stat = fs.fstatSync(fd)
  if (!stat.isFile()) {
    facts.state = 'special'
    return
  }
  if (stat.nlink > 1) facts.inode = `${stat.dev}:${stat.ino}`
  if (stat.size === 0) facts.state = 'empty'
  else readWindows(fd, stat.size, facts, kit)
}

/**
 * A file in several windows gets the hash of their hashes: equal for equal files, as all are cut at the same places.
 * @param {number} fd
 * @param {number} size
 * @param {FileFacts} facts
 * @param {Kit} kit
 */
function readWindows(fd, size, facts, kit) {
  const hashes = []
  facts.lines = 0
  for (const window of windows(fd, size)) {
    if (facts.size === 0 && window.bytes.subarray(0, BINARY_PROBE_BYTES).includes(0)) facts.state = 'binary'
    facts.size += window.fresh.length
    hashes.push(kit.hashOf(window.fresh))
    if (facts.state === 'text') readText(window, facts, kit)
  }
  facts.hash = hashes.length === 1 ? hashes[0] : kit.hashOf(Buffer.from(hashes.join()))
}

/** @param {import('./windows').Window} window @param {FileFacts} facts @param {Kit} kit */
function readText({ bytes, owned, whole }, facts, kit) {
  const newlines = kit.newlines(bytes)
  const dynamicHits = judgeHits({ bytes, owned, newlines, firstLine: facts.lines ?? 0 }, facts, kit)
  facts.lines = (facts.lines ?? 0) + countOwned(newlines, bytes, owned)
  if (!whole) {
    if (dynamicHits > 0 && isJavaScript(facts.path)) facts.unparsed = 'too large'
    return
  }
  if (isPackageManifest(facts.path)) facts.manifest = readManifest(facts.path, bytes.toString('utf8'))
  if (bytes.length <= MAX_PARSED_BYTES) judgeSource(bytes, dynamicHits, facts, kit)
  else if (isJavaScript(facts.path) && (dynamicHits > 0 || isOwn(facts.path))) facts.unparsed = 'too large'
}

/** @param {ArrayLike<number>} newlines @param {Buffer} bytes @param {number} owned */
function countOwned(newlines, bytes, owned) {
  if (owned !== bytes.length) return countBefore(newlines, owned)
  const endsWithoutNewline = bytes.length > 0 && bytes[bytes.length - 1] !== 10
  return newlines.length + (endsWithoutNewline ? 1 : 0)
}

module.exports = { examineFile }
