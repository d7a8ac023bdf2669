'use strict'

// The house rules that a program can check. docs/development.md gives their reasons.

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { filesBelow } = require('../fixtures/package/tree.js')
const { root } = require('../fixtures/package/run-node.js')

const read = (/** @type {string} */ file) => fs.readFileSync(path.join(root, file), 'utf8')
const library = filesBelow(root, 'lib', '.js')
const rust = [...filesBelow(root, 'src', '.rs'), ...filesBelow(root, 'crates', '.rs')]
const written = [
  ...library,
  ...rust,
  ...['__test__', 'scripts', 'esm', 'types'].flatMap((folder) => filesBelow(root, folder)),
].filter((file) => file !== '__test__/package/house.test.js')

/** Files in which a pattern occurs, comments aside. */
function using(/** @type {string[]} */ files, /** @type {RegExp} */ pattern) {
  return files.filter((file) => pattern.test(withoutComments(file)))
}

function withoutComments(/** @type {string} */ file) {
  return read(file).replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '')
}

test.each([
  ['JavaScript of lib', library, 400],
  ['Rust of the core', rust.filter((file) => file.startsWith('crates/')), 700],
  ['Rust of the binding', rust.filter((file) => file.startsWith('src/')), 300],
])('%s: no file is longer than its kind may be', (_, files, limit) => {
  const long = files.map((file) => [file, read(file).split('\n').length - 1]).filter(([, lines]) => lines > limit)
  expect(long).toEqual([])
})

test('errors of lib are made in its error table', () => {
  // restore.js rebuilds the errors that a message carries.
  const made = using(library, /new (Type|Range|Syntax|Aggregate)?Error\(/)
  expect(made.filter((file) => !/^lib\/internal\/(errors|values\/restore)\.js$/.test(file))).toEqual([])
})

test('no code comes from strings', () => {
  expect(using(library, /\beval\(|new Function\(|\bvm\.|require\(['"](node:)?vm['"]\)/)).toEqual([])
})

test('the binding is loaded in one place', () => {
  expect(using(library, /native\/binding|\.node['"]/)).toEqual(['lib/internal/native.js'])
})

test('lib requires built-in modules by their node: names', () => {
  const builtin = new Set(require('node:module').builtinModules)
  const bare = library.filter((file) =>
    requiredBy(file).some((request) => builtin.has(request) && !request.startsWith('node:'))
  )
  expect(bare).toEqual([])
})

// Each floor imports only from those below it; siblings do not know each other, but by a floor between them.
const FLOORS = [
  ['internal'],
  ['events', 'buffer'],
  ['pool', 'child_process', 'stream', 'loop', 'timers', 'store'],
  ['flow', 'supervisor', 'net', 'fs', 'process'],
  ['cluster', 'http'],
  ['cli'],
]
const floorOf = (/** @type {string} */ file) => FLOORS.findIndex((floor) => floor.includes(file.split('/')[1]))

function requiredBy(/** @type {string} */ file) {
  return [...withoutComments(file).matchAll(/\brequire\('([^']+)'\)/g)].map(([, request]) => request)
}

test('no module of lib imports from a floor above its own', () => {
  const upwards = library
    .filter((file) => file !== 'lib/index.js')
    .flatMap((file) =>
      requiredBy(file)
        .filter((request) => request.startsWith('.'))
        .map((request) => path.posix.join(path.posix.dirname(file), request))
        .filter((target) => target.startsWith('lib/') && floorOf(target) > floorOf(file))
        .map((target) => `${file} -> ${target}`)
    )
  expect(upwards).toEqual([])
})

test('every folder of lib stands on a floor', () => {
  expect(library.filter((file) => file !== 'lib/index.js' && floorOf(file) === -1)).toEqual([])
})

test('names say what is inside', () => {
  const vague = written.filter((file) => /(^|\/)(utils?|helpers?|common|manager|misc)(\.|\/|$)/.test(file))
  expect(vague).toEqual([])
  expect(library.filter((file) => !/^[a-z0-9_/-]+\.js$/.test(file))).toEqual([])
  expect(rust.filter((file) => !/^[a-z0-9_/]+\.rs$/.test(file))).toEqual([])
})

test('nothing is left for later in the code', () => {
  const marks = new RegExp(['TO', 'DO|FIX', 'ME|X', 'XX'].join(''))
  const open = written.filter(
    (file) => !file.startsWith('__test__/') && new RegExp(`(//|\\*|#).*\\b(${marks.source})\\b`).test(read(file))
  )
  expect(open).toEqual([])
})

test('unsafe stands only where it may, and never unexplained', () => {
  const allowed = /^(src\/(environment|bytes)(_\w+)?\.rs|src\/raw\/|crates\/(sys|warden)\/)/
  const users = rust.filter((file) => /\bunsafe (\{|fn|impl|extern)/.test(read(file)))
  expect(users.filter((file) => !allowed.test(file))).toEqual([])
  expect(read('crates/core/src/lib.rs')).toContain('#![forbid(unsafe_code)]')
})

test('workflows use actions by commit, and name the version it is', () => {
  const uses = filesBelow(root, '.github', '.yml').flatMap((file) => read(file).match(/uses: .*/g) ?? [])
  expect(uses.length).toBeGreaterThan(0)
  expect(uses.filter((one) => !/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one))).toEqual([])
})

test('no file names the place on the machine where it was written', () => {
  const { stdout } = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  const files = (stdout ?? '').split('\0').filter((file) => fs.existsSync(path.join(root, file)))
  const places = [os.homedir(), path.dirname(root)].filter((place) => place.length > 4).map((place) => place + path.sep)
  const local = files.filter((file) => file !== '' && places.some((place) => read(file).includes(place)))
  expect(local).toEqual([])
})
