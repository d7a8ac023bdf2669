'use strict'

// types/ promises exactly what lib/ exports: every name that TypeScript lets one use as a value is there, and the
// other way round.

const { builtinModules } = require('node:module')
const path = require('node:path')
const ts = require('typescript')
const { root, subpaths } = require('../fixtures/package/run-node.js')

/** @type {Record<string, any>} */
const map = require('../../package.json').exports
const typesOf = (/** @type {string} */ subpath) => path.join(root, map[subpath].require.types)

const program = ts.createProgram(subpaths.map(typesOf), {
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  types: ['node'],
})
const checker = program.getTypeChecker()

/** The names of a module that can be used as values; of a class that is the module, its static members too. */
function valuesOf(/** @type {any} */ module) {
  const whole = checker.getExportsOfModule(module)
  const assigned = module.exports.get(ts.InternalSymbolName.ExportEquals)
  const statics = assigned ? checker.getTypeOfSymbol(resolved(assigned)).getProperties() : []
  return [...whole, ...statics]
    .filter((one) => (resolved(one).flags & ts.SymbolFlags.Value) !== 0)
    .map((one) => one.name)
}

function resolved(/** @type {any} */ symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

/** Names that Node's module of this name has without documenting them, or in this version only. */
function undocumented(/** @type {string} */ name) {
  const ambient = checker.getAmbientModules().find((module) => module.name === `"${name}"`)
  if (ambient === undefined || !builtinModules.includes(name)) return []
  const documented = valuesOf(ambient)
  return Object.keys(require(`node:${name}`)).filter((one) => !documented.includes(one))
}

/** What `export =` of a class brings along, what is there for module systems only, and what is nobody's business. */
const INCIDENTAL = /^(prototype|default|export=|_.*)$/
const named = (/** @type {Iterable<string>} */ names) =>
  [...new Set(names)].filter((name) => !INCIDENTAL.test(name)).sort()

test.each(subpaths)('%s: types and code have the same names', (subpath) => {
  const exported = Object.keys(require(path.join(root, map[subpath].require.default)))
  const file = /** @type {any} */ (program.getSourceFile(typesOf(subpath)))
  const typed = valuesOf(checker.getSymbolAtLocation(file))
  const beyond = undocumented(subpath.slice(2)).filter((name) => !typed.includes(name))
  expect(named(typed)).toEqual(named(exported.filter((name) => !beyond.includes(name))))
})
