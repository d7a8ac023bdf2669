'use strict'

// `git blame` of HEAD (the working tree would run the repository's own filters): when each to-do mark was written.

const { confirmMark } = require('../worker/confirm-mark.js')
const { PATTERNS } = require('../worker/patterns.js')
const { gitLines, whyNot } = require('./git.js')

const BLAME_TIMEOUT = 20_000
const MARKS = PATTERNS.filter(({ group }) => group === 'mark').map(({ text }) => text)
const HEADER = /^([0-9a-f]{40,64}) \d+ (\d+)/

/** @typedef {{ kind: string, path: string, line: number, text: string, author: string, time: number, commit: string }} DatedMark */
/** @typedef {{ author: string, time: number }} Commit */

/**
 * @param {import('./git').Repository} repository
 * @param {string} path
 */
async function blameMarks(repository, path) {
  /** @type {DatedMark[]} */
  const marks = []
  /** @type {Map<string, Commit>} */
  const commits = new Map()
  let id = ''
  let line = 0
  const output = gitLines(repository, ['blame', '--porcelain', '--no-textconv', 'HEAD', '--', path], BLAME_TIMEOUT)
  for await (const text of output) {
    if (text.startsWith('\t')) {
      const found = markIn(text.slice(1))
      const { author, time } = commitOf(commits, id)
      if (found) marks.push({ ...found, path, line, author, time, commit: id.slice(0, 10) })
      continue
    }
    const header = HEADER.exec(text)
    if (header) [, id, line] = [header[0], header[1], Number(header[2])]
    else if (text.startsWith('author ')) commitOf(commits, id).author = text.slice('author '.length)
    else if (text.startsWith('author-time ')) commitOf(commits, id).time = Number(text.slice('author-time '.length))
  }
  return { marks, problem: whyNot(await output.exited) }
}

/** @param {Map<string, Commit>} commits @param {string} id @returns {Commit} */
function commitOf(commits, id) {
  let commit = commits.get(id)
  if (!commit) commits.set(id, (commit = { author: '', time: 0 }))
  return commit
}

/** The first mark of a line. @param {string} text */
function markIn(text) {
  for (const kind of MARKS) {
    const column = text.indexOf(kind)
    const says = column === -1 ? undefined : confirmMark(kind, text, column)
    if (says !== undefined) return { kind, text: says }
  }
  return undefined
}

module.exports = { blameMarks }
