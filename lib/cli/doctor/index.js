'use strict'

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { HELP, Usage, parse } = require('./arguments.js')
const { findingsIn } = require('./findings.js')
const { page } = require('./page.js')
const { endAs, runWatched } = require('./run.js')
const { textOf } = require('./text.js')

/**
 * @param {string[]} words
 * @returns {Promise<number>} the exit code
 */
async function doctor(words) {
  const args = understood(words)
  if (typeof args === 'number') return args
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-doctor-'))
  try {
    const ended = await runWatched(args, directory)
    const findings = findingsIn(directory, args, ended.at)
    // A program that did not come so far has its own message, and nothing else to tell.
    if (findings.started || !ended.code) report(findings, args)
    const exceeded = args.failOverMs !== undefined && findings.longestMs > args.failOverMs
    if (exceeded && !ended.code) return 1
    return endAs(ended, () => fs.rmSync(directory, { recursive: true, force: true }))
  } finally {
    fs.rmSync(directory, { recursive: true, force: true })
  }
}

/** @param {string[]} words */
function understood(words) {
  try {
    const args = parse(words)
    if (args !== undefined) return writable(args)
    process.stdout.write(HELP)
    return 0
  } catch (error) {
    if (!(error instanceof Usage)) throw error
    process.stderr.write(`ironloop doctor: ${error.message}\n\n${HELP}`)
    return 2
  }
}

/**
 * Known before the program runs, not after.
 * @param {import('./arguments.js').Arguments} args
 */
function writable(args) {
  for (const file of [args.html, args.json]) {
    if (typeof file !== 'string') continue
    try {
      fs.closeSync(fs.openSync(file, 'a'))
    } catch (error) {
      throw new Usage(`${file} cannot be written: ${/** @type {Error} */ (error).message}`)
    }
  }
  return args
}

/**
 * @param {import('./findings.js').Findings} findings
 * @param {import('./arguments.js').Arguments} args
 */
function report(findings, { json, html }) {
  if (html !== undefined) fs.writeFileSync(html, page(findings))
  if (json !== true) process.stderr.write(textOf(findings))
  if (json === undefined) return
  const line = `${JSON.stringify(findings)}\n`
  if (json === true) process.stderr.write(line)
  else fs.writeFileSync(json, line)
}

module.exports = { doctor }
