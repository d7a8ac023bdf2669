'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { root, runNode } = require('../fixtures/package/run-node.js')

const read = (/** @type {string} */ file) => fs.readFileSync(path.join(root, file), 'utf8')
const manifest = require('../../package.json')
const platforms = fs
  .readdirSync(path.join(root, 'npm'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

test('the crates have the version of the package', () => {
  expect(/^\[workspace\.package\]\nversion = "(.+)"/m.exec(read('Cargo.toml'))?.[1]).toBe(manifest.version)
})

test('the lock file has it too', () => {
  expect(JSON.parse(read('package-lock.json')).version).toBe(manifest.version)
})

test.each(['package-lock.json', 'bench/package-lock.json'])('%s names no registry', (file) => {
  expect(read(file)).not.toMatch(/"resolved"|\.tgz/)
})

test.each(platforms)('npm/%s is a platform package of this version', (triple) => {
  const platform = JSON.parse(read(`npm/${triple}/package.json`))
  const [os, cpu, libc] = triple.split('-')
  const wardens = os === 'linux' ? [`ironloop-warden.${triple}`] : []
  expect(platform).toMatchObject({
    name: `ironloop-${triple}`,
    version: manifest.version,
    license: manifest.license,
    engines: manifest.engines,
    os: [os],
    cpu: [cpu],
    main: `ironloop.${triple}.node`,
    files: [`ironloop.${triple}.node`, ...wardens, 'LICENSE-MIT', 'LICENSE-APACHE'],
  })
  expect(platform.libc).toEqual(os === 'linux' ? [libc === 'musl' ? 'musl' : 'glibc'] : undefined)
  expect(platform.scripts).toBeUndefined()
  expect(read(`npm/${triple}/README.md`)).toContain(`ironloop-${triple}`)
})

test('the platform packages are what the table of platforms says', () => {
  expect(runNode(['scripts/npm-packages.mjs', '--check'])).toMatchObject({ status: 0, stderr: '' })
})

test('a platform package exists for each target that is built', () => {
  const triples = manifest.napi.targets.map(tripleOf)
  expect(platforms.sort()).toEqual(triples.sort())
})

/** x86_64-unknown-linux-gnu -> linux-x64-gnu */
function tripleOf(/** @type {string} */ target) {
  const [cpu, , os, abi] = target.split('-')
  const arch = { x86_64: 'x64', aarch64: 'arm64' }[cpu]
  if (os === 'darwin') return `darwin-${arch}`
  return `${os === 'windows' ? 'win32' : os}-${arch}-${abi}`
}
