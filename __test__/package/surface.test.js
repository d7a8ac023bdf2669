'use strict'

// types/ promises exactly what lib/ exports: every name that TypeScript lets one use as a value is there, and the
// other way round.

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

function valuesOf(/** @type {string} */ subpath) {
  const file = program.getSourceFile(typesOf(subpath))
  const symbol = checker.getSymbolAtLocation(/** @type {import('typescript').SourceFile} */ (file))
  return checker
    .getExportsOfModule(/** @type {import('typescript').Symbol} */ (symbol))
    .filter((one) => {
      const target = one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one
      return (target.flags & ts.SymbolFlags.Value) !== 0
    })
    .map((one) => one.name)
}

/** What `export =` of a class brings along, what is there for module systems only, and what is nobody's business. */
const INCIDENTAL = /^(prototype|default|export=|_.*)$/
const named = (/** @type {string[]} */ names) => names.filter((name) => !INCIDENTAL.test(name)).sort()

test.each(subpaths)('%s: types and code have the same names', (subpath) => {
  const exported = require(path.join(root, map[subpath].require.default))
  expect(named(valuesOf(subpath))).toEqual(named(Object.keys(exported)))
})
