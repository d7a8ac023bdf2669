'use strict'

// Finding, loading and validating scenario files: bench/<module>/<scenario>.mjs, default export as README.md says.

const { existsSync, readdirSync } = require('node:fs')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const { UsageError } = require('./usage-error.js')
const { timedUnits, needsBytes } = require('./units.js')

const root = path.join(__dirname, '..')
const notModules = new Set(['harness', 'report', 'results', 'node_modules', '.cache'])
const modes = ['interleaved', 'alternating', 'nanoseconds']

/** The names of all scenarios, `<module>/<scenario>`, sorted. */
function names() {
  const folders = readdirSync(root, { withFileTypes: true }).filter((e) => e.isDirectory() && !notModules.has(e.name))
  return folders
    .flatMap(({ name }) =>
      readdirSync(path.join(root, name))
        .filter((file) => file.endsWith('.mjs') && !file.endsWith('.worker.mjs'))
        .map((file) => `${name}/${file.slice(0, -4)}`)
    )
    .sort()
}

/**
 * The file of a scenario, given as `<module>/<scenario>` or as a path that ends in .mjs.
 * @param {string} name
 */
function locate(name) {
  const file = name.endsWith('.mjs') ? path.resolve(name) : path.join(root, `${name}.mjs`)
  if (existsSync(file)) return file
  throw new UsageError(`there is no scenario "${name}"; without arguments all are listed`)
}

/**
 * Loads a scenario file, fills in the defaults and refuses what the harness could not run.
 * @param {string} file
 */
async function load(file) {
  const { default: declared } = await import(pathToFileURL(file).href)
  const name = path
    .relative(path.dirname(path.dirname(file)), file)
    .replaceAll(path.sep, '/')
    .slice(0, -4)
  return complete(declared, name)
}

/**
 * @param {any} declared
 * @param {string} name
 */
function complete(declared, name) {
  const refuse = (/** @type {string} */ why) => {
    throw new UsageError(`scenario ${name}: ${why}`)
  }
  if (typeof declared !== 'object' || declared === null) refuse('has no default export')
  const scenario = { mode: 'interleaved', params: {}, rows: undefined, nodeArgs: [], ...declared, name }
  if (typeof scenario.title !== 'string') refuse('needs a title (one line)')
  if (typeof scenario.unit !== 'string') refuse('needs a unit')
  if (scenario.better !== 'lower' && scenario.better !== 'higher') refuse("`better` is 'lower' or 'higher'")
  if (!modes.includes(scenario.mode)) refuse(`\`mode\` is one of ${modes.join(', ')}`)
  if (typeof scenario.contenders?.ironloop !== 'object') refuse('needs a contender named ironloop')
  const contenders = Object.entries(scenario.contenders)
  for (const [contender, { run, measure }] of contenders) {
    if (typeof (run ?? measure) !== 'function') refuse(`contender ${contender} needs run() or measure()`)
    if (run && !timedUnits.includes(scenario.unit)) refuse(`the unit ${scenario.unit} needs measure() instead of run()`)
  }
  const rows = paramsOfRows(scenario)
  if (new Set(rows.map((row) => row.name)).size !== rows.length) refuse('the names of its rows must differ')
  if (needsBytes(scenario.unit) && contenders.some(([, { run }]) => run) && !rows.every((row) => row.bytes > 0)) {
    refuse(`the unit ${scenario.unit} needs \`bytes\` in params or in every row`)
  }
  return scenario
}

/**
 * The params of each row: the scenario's own, overlaid by the row's. A scenario without rows has one, without a name.
 * @param {any} scenario
 * @returns {any[]}
 */
function paramsOfRows({ params, rows }) {
  return rows === undefined ? [params] : rows.map((/** @type {any} */ row) => ({ ...params, ...row }))
}

/**
 * Why a contender takes no part in a row (an older Node, a missing mechanism), or undefined.
 * @param {any} contender
 * @param {any} params
 * @returns {string | undefined}
 */
function absence(contender, params) {
  return contender.absent?.(params) || undefined
}

module.exports = { root, names, locate, load, complete, paramsOfRows, absence }
