'use strict'

const fs = require('node:fs')
const path = require('node:path')
const manifest = require('../../package.json')
const { root, subpaths } = require('../fixtures/package/run-node.js')

const modules = subpaths.filter((subpath) => subpath !== '.').map((subpath) => subpath.slice(2))
const exists = (/** @type {string} */ file) => fs.existsSync(path.join(root, file))
/** @type {Record<string, any>} */
const map = manifest.exports

test('every folder of lib that a user may load has its subpath', () => {
  const folders = fs.readdirSync(path.join(root, 'lib'), { withFileTypes: true })
  // The command line is no module: it is run, by bin/ironloop.js.
  const inside = ['internal', 'cli']
  const names = folders.filter((entry) => entry.isDirectory() && !inside.includes(entry.name)).map(({ name }) => name)
  expect(modules).toEqual(names.sort())
})

test('the root has each module as a namespace, and nothing else but version and capabilities', () => {
  expect(Object.keys(require('../../lib/index.js')).sort()).toEqual([...modules, 'capabilities', 'version'].sort())
})

test.each(subpaths)('%s: each condition has its types first, then its file, and all exist', (subpath) => {
  const name = subpath === '.' ? 'index' : subpath.slice(2)
  const types = subpath === '.' ? './index.d.ts' : `./types/${name}.d.ts`
  const required = subpath === '.' ? './lib/index.js' : `./lib/${name}/index.js`
  expect(JSON.stringify(map[subpath])).toBe(
    JSON.stringify({
      import: { types: `./types/${name}.d.mts`, default: `./esm/${name}.mjs` },
      require: { types, default: required },
    })
  )
  for (const condition of ['import', 'require']) {
    for (const file of Object.values(map[subpath][condition])) expect([file, exists(file)]).toEqual([file, true])
  }
})

test.each(modules)('%s has a page in docs/api that the README and the page index lead to', (name) => {
  expect(exists(`docs/api/${name}.md`)).toBe(true)
  expect(fs.readFileSync(path.join(root, 'docs/api/README.md'), 'utf8')).toContain(`(${name}.md)`)
})

test('esm/ and types/ hold nothing that no subpath leads to', () => {
  const esm = fs.readdirSync(path.join(root, 'esm')).map((file) => path.basename(file, '.mjs'))
  expect(esm.sort()).toEqual([...modules, 'index'].sort())
  const types = fs.readdirSync(path.join(root, 'types')).filter((file) => file.endsWith('.d.mts'))
  expect(types.sort()).toEqual([...modules, 'errors', 'index'].map((name) => `${name}.d.mts`).sort())
})

test('a .d.mts only re-exports its .d.ts', () => {
  for (const file of fs.readdirSync(path.join(root, 'types')).filter((one) => one.endsWith('.d.mts'))) {
    const text = fs.readFileSync(path.join(root, 'types', file), 'utf8')
    const statements = text.replaceAll(/^\/\/.*\n/gm, '')
    expect([file, statements]).toEqual([file, expect.stringMatching(/^((import|export) [^;=]*? from '[^']+'\n)+$/)])
  }
})

test('an .mjs only re-exports its lib/', () => {
  for (const file of fs.readdirSync(path.join(root, 'esm'))) {
    const text = fs.readFileSync(path.join(root, 'esm', file), 'utf8')
    const statements = text.replaceAll(/\/\/.*$/gm, '').match(/\b(import|export|function|class|if|for|new)\b/g)
    expect([file, new Set(statements)]).toEqual([file, new Set(['import', 'export'])])
  }
})

test('resolvers that know no exports map find the types too', () => {
  const expected = modules.map((name) => [name, [`./types/${name}.d.ts`]])
  expect(manifest.typesVersions['*']).toEqual(Object.fromEntries(expected))
})
