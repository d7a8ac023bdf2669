'use strict'

const { parseArgs } = require('node:util')

const FAIL_ON = ['duplicates', 'secrets', 'install-scripts']
const ENGINES = ['ironloop', 'node']
const DEFAULT_TOP = 8

const HELP = `xray: what is in your tree?

  npm start -- [DIR] [options]         DIR defaults to the current directory, node_modules included
  node examples/xray [DIR] [options]

  --json           print one JSON object and nothing else (with npm: npm --silent start -- --json)
  --compare        run the same job on plain Node too, and show both
  --fail-on WHAT   exit with 1 when there are any: ${FAIL_ON.join(', ')} (may be repeated)
  --top N          entries per section (${DEFAULT_TOP})
  --engine NAME    ${ENGINES.join(' or ')} (plain Node, as --compare runs it)
  --help           this

exit codes: 0 done, 1 --fail-on found something, 2 wrong usage, 70 internal error, 130 interrupted
`

/** @typedef {{ dir: string, json: boolean, compare: boolean, failOn: string[], top: number, engine: 'ironloop' | 'node', help: boolean }} Options */

class UsageError extends Error {}

/** @param {string[]} argv @returns {Options} */
function parseArguments(argv) {
  const { values, positionals } = split(argv)
  if (positionals.length > 1) throw new UsageError(`one directory at a time, got ${positionals.join(' ')}`)
  const failOn = (values['fail-on'] ?? []).flatMap((list) => list.split(','))
  for (const what of failOn) oneOf('--fail-on', what, FAIL_ON)
  const top = values.top === undefined ? DEFAULT_TOP : Number(values.top)
  if (!Number.isInteger(top) || top < 1) throw new UsageError(`--top takes a number from 1 on, got '${values.top}'`)
  const engine = /** @type {Options['engine']} */ (oneOf('--engine', values.engine ?? 'ironloop', ENGINES))
  const { json = false, compare = false, help = false } = values
  return { dir: positionals[0] ?? '.', json, compare, failOn, top, engine, help }
}

/** @param {string[]} argv */
function split(argv) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        compare: { type: 'boolean' },
        'fail-on': { type: 'string', multiple: true },
        top: { type: 'string' },
        engine: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError(/** @type {Error} */ (error).message.split(/[.\n]/)[0])
  }
}

/** @param {string} option @param {string} value @param {string[]} choices */
function oneOf(option, value, choices) {
  if (choices.includes(value)) return value
  throw new UsageError(`${option} takes ${choices.join(', ')}; got '${value}'`)
}

module.exports = { HELP, UsageError, parseArguments }
