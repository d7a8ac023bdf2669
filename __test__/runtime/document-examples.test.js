'use strict'

// The code blocks of the documents run, in a directory that has what they speak of.

const { execFileSync } = require('node:child_process')
const { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require('node:fs')
const { createServer } = require('node:net')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const vm = require('node:vm')
const { printedBy } = require('../fixtures/docs/printed-by.js')
const { surroundings } = require('../fixtures/docs/surroundings.js')
const { root, runNode } = require('../fixtures/package/run-node.js')

const identity = {
  GIT_AUTHOR_NAME: 'reader',
  GIT_AUTHOR_EMAIL: 'reader@example.org',
  GIT_COMMITTER_NAME: 'reader',
  GIT_COMMITTER_EMAIL: 'reader@example.org',
}
const documents = ['docs', 'docs/api']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .filter((name) => name.endsWith('.md'))
const blocks = documents.flatMap((name) =>
  [...readFileSync(join(root, name), 'utf8').matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(
    ([, code], at) => /** @type {const} */ ([name, at, code])
  )
)
const run = blocks.filter(([name]) => name in surroundings)

/** @type {string} */
let directory
/** @type {string} */
let freePort

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ironloop-docs-'))
  mkdirSync(join(directory, 'node_modules'))
  symlinkSync(root, join(directory, 'node_modules', 'ironloop'), 'junction')
  for (const name of ['app.log', 'image.iso', 'film.mp4']) writeFileSync(join(directory, name), 'an ERROR here\n')
  const echo = "process.on('message', (message) => process.send(message)); process.on('binary', () => {})"
  writeFileSync(join(directory, 'worker.js'), echo)
  execFileSync('git', ['init', '--quiet'], { cwd: directory })
  execFileSync('git', ['add', 'app.log'], { cwd: directory })
  freePort = await new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      server.close(() => resolve(String(port)))
    })
  })
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

test.each(blocks)('%s, block %i, is JavaScript', (_name, _at, code) => {
  expect(() => new vm.Script(`async () => { ${code.replace(/^import .*$/gm, '')} }`)).not.toThrow()
})

test('all blocks of a document have their surroundings', () => {
  for (const [name, entries] of Object.entries(surroundings)) {
    expect([name, entries.length]).toEqual([name, blocks.filter(([one]) => one === name).length])
  }
})

test.each(run)('%s, block %i, runs', (name, at, code) => {
  const { before = '', after = '' } = surroundings[name][at]
  const wrapped = (/** @type {string} */ text) =>
    `${before}\n;(async () => {\n${text}\n${after}\n})().catch((error) => { console.error(error); process.exit(1) })\n`
  // A block of several files names each at its head; the last one is run.
  const parts = code.split(/^\/\/ (\S+\.js)\n/m)
  for (let part = 1; part < parts.length - 2; part += 2) writeFileSync(join(directory, parts[part]), parts[part + 1])
  const file = join(directory, 'example.cjs')
  writeFileSync(file, wrapped(/** @type {string} */ (parts.at(-1)).replaceAll('8000', freePort)))
  const { status, stdout, stderr } = runNode([file], { cwd: directory, env: identity })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  for (const printed of printedBy(code, /^ *$/)) expect(stdout.split('\n')).toContain(printed)
})
