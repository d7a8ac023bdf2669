'use strict'

// The words after `ironloop doctor`. Options stand before FILE; what follows FILE is the program's.

/**
 * @typedef {object} Arguments
 * @property {number} thresholdMs
 * @property {number | undefined} failOverMs
 * @property {string | true | undefined} json a file, or the last line of stderr
 * @property {string | undefined} html
 * @property {boolean} workers whether worker threads are watched, too
 * @property {string[]} program FILE and its arguments
 */

const HELP = `Usage: ironloop doctor [options] FILE [ARGS]

Runs FILE with node, unchanged, and reports on stderr what blocked its event loop.

  --threshold MS   a block is a turn of the loop that takes longer (default 50)
  --fail-over MS   exit with 1 if a block lasted longer than this
  --json[=FILE]    the report as one line of JSON, the last of stderr, or into FILE
  --html FILE      the report as one self-contained page
  --workers        watches worker threads, too: to block is what many of them are for
  --help

Options for node go into NODE_OPTIONS.
`

/** Something to mend at the command line. */
class Usage extends SyntaxError {}

/**
 * @param {string[]} words
 * @returns {Arguments | undefined} undefined: help was asked for
 */
function parse(words) {
  /** @type {Arguments} */
  const parsed = {
    thresholdMs: 50,
    failOverMs: undefined,
    json: undefined,
    html: undefined,
    workers: false,
    program: [],
  }
  const rest = [...words]
  while (rest[0]?.startsWith('-')) {
    const word = /** @type {string} */ (rest.shift())
    if (word === '--') break
    if (word === '--help' || word === '-h') return undefined
    const [name, inline] = split(word)
    take(parsed, name, inline, () => inline ?? rest.shift() ?? refuse(`${name} needs a value`))
  }
  if (rest.length === 0) refuse('which program? FILE is missing')
  parsed.program = rest
  return parsed
}

/**
 * @param {Arguments} parsed
 * @param {string} name
 * @param {string | undefined} inline
 * @param {() => string} value
 */
function take(parsed, name, inline, value) {
  if (name === '--threshold') parsed.thresholdMs = milliseconds(name, value(), 1)
  else if (name === '--fail-over') parsed.failOverMs = milliseconds(name, value(), 0)
  else if (name === '--json') parsed.json = inline ?? true
  else if (name === '--html') parsed.html = value()
  else if (name === '--workers' && inline === undefined) parsed.workers = true
  else refuse(`no option ${name}`)
}

/** @param {string} word @returns {[string, string | undefined]} */
function split(word) {
  const at = word.indexOf('=')
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

/**
 * @param {string} name
 * @param {string} text
 * @param {number} least
 */
function milliseconds(name, text, least) {
  const ms = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isInteger(ms) || ms < least || ms > 2 ** 31 - 1) refuse(`${name} takes whole milliseconds, not '${text}'`)
  return ms
}

/** @param {string} message @returns {never} */
function refuse(message) {
  throw new Usage(message)
}

module.exports = { HELP, Usage, parse }
