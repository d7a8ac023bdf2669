'use strict'

// Collects what the workers report: facts per file, findings as they are published. Plain sums and maps; the sections of
// the answer are made from them at the end.

const { canEstimate } = require('../worker/estimate-complexity.js')
const { extensionOf, isOwn } = require('../worker/file-kinds.js')

/** @typedef {import('../worker/examine-file').FileFacts} FileFacts */
/** @typedef {import('../worker/examine-file').Finding} Finding */
/** @typedef {{ size: number, paths: string[], stored: number, inodes?: Set<string> }} SameContent */
/** @typedef {{ complexity: number, worst?: { name: string, line: number, complexity: number } }} Score */
/** @typedef {{ files: number, bytes: number, lines: number }} KindCount */

class Tally {
  constructor() {
    this.done = 0
    this.bytes = 0
    this.lines = 0
    this.states = { text: 0, binary: 0, empty: 0, special: 0, unreadable: 0, vanished: 0, failed: 0 }
    this.hits = { secret: 0, dynamic: 0, mark: 0 }
    this.parsed = 0
    /** @type {Map<string, SameContent>} */
    this.contents = new Map()
    this.copies = 0
    this.copiedBytes = 0
    /** @type {Map<string, KindCount>} */
    this.kinds = new Map()
    /** @type {Map<string, Score>} */
    this.scores = new Map()
    /** Sizes of own files in languages without a parser here. @type {Map<string, number>} */
    this.unscored = new Map()
    /** @type {(import('../worker/package-manifest').Manifest & { path: string })[]} */
    this.manifests = []
    /** @type {{ path: string, code: string }[]} */
    this.unreadable = []
    /** @type {{ path: string, line: number, message: string }[]} */
    this.syntaxErrors = []
    /** @type {string[]} */
    this.tooLarge = []
    /** @type {Finding[]} */
    this.findings = []
    this.announced = 0
    /** @type {Finding | undefined} */
    this.latest = undefined
    this.found = { secret: 0, dynamic: 0, mark: 0 }
    this.onFinding = () => {}
  }

  /** @param {Finding} finding */
  addFinding(finding) {
    this.findings.push(finding)
    this.found[finding.group]++
    this.onFinding()
    if (finding.group === 'secret' || this.latest?.group !== 'secret') this.latest = finding
  }

  /**
   * Findings travel beside the facts: waits until all that were announced are here. Those of a worker that died never come.
   * @param {number} patience milliseconds
   * @returns {Promise<void>}
   */
  allFindings(patience) {
    return new Promise((resolve) => {
      const giveUp = setTimeout(resolve, patience)
      this.onFinding = () => {
        if (this.findings.length < this.announced) return
        clearTimeout(giveUp)
        resolve()
      }
      this.onFinding()
    })
  }

  /** @param {FileFacts} facts */
  addFile(facts) {
    this.done++
    this.bytes += facts.size
    this.lines += facts.lines ?? 0
    this.states[facts.state]++
    this.announced += facts.published
    for (const group of /** @type {const} */ (['secret', 'dynamic', 'mark'])) this.hits[group] += facts.hits[group]
    if (facts.error !== undefined && facts.state !== 'vanished') {
      this.unreadable.push({ path: facts.path, code: facts.error })
    }
    this.addSyntax(facts)
    if (facts.hash) this.addContent(facts, facts.hash)
    if (facts.manifest) this.manifests.push({ ...facts.manifest, path: facts.path })
    if (facts.state === 'text' || facts.state === 'binary') this.addKind(facts)
  }

  /** @param {FileFacts} facts */
  addSyntax({ path, size, state, score, unparsed }) {
    if (score) this.scores.set(path, score)
    else if (state === 'text' && canEstimate(path) && isOwn(path)) this.unscored.set(path, size)
    if (score || unparsed) this.parsed++
    if (unparsed === 'too large') this.tooLarge.push(path)
    else if (unparsed) this.syntaxErrors.push({ path, ...unparsed })
  }

  /** @param {FileFacts} facts @param {string} hash */
  addContent({ path, size, inode }, hash) {
    const same = this.contents.get(hash)
    if (!same) {
      this.contents.set(hash, { size, paths: [path], stored: 1, inodes: inode ? new Set([inode]) : undefined })
      return
    }
    same.paths.push(path)
    if (inode) {
      if (same.inodes?.has(inode)) return
      same.inodes = (same.inodes ?? new Set()).add(inode)
    }
    same.stored++
    this.copies++
    this.copiedBytes += size
  }

  /** @param {FileFacts} facts */
  addKind({ path, size, lines }) {
    const name = extensionOf(path) || '(none)'
    const kind = this.kinds.get(name) ?? { files: 0, bytes: 0, lines: 0 }
    kind.files++
    kind.bytes += size
    kind.lines += lines ?? 0
    this.kinds.set(name, kind)
  }
}

module.exports = { Tally }
