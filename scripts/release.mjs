// `npm run release:dry`: everything of a release but publishing, with what this machine can build.
//
//   node scripts/release.mjs --dry [--built]   packs all platforms; those that are not built here go without a binary
//   node scripts/release.mjs [--built]         as a release needs it: every platform's binary is in native/
//
// --built takes native/ as it stands. Leaves the tarballs, and a bill of materials for each platform, in target/release-packages.
// Each package is installed from a registry of this machine's, as every platform; this one's also runs.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { billOfMaterials } from './bill-of-materials.mjs'
import { installers } from './installers.mjs'
import { serve } from './local-registry.mjs'
import { fetched, NODES } from './npm-files.mjs'
import { root, run, Steps } from './steps.mjs'
import { platforms } from './targets.mjs'

const MAIN_BUDGET = 2e6
const PLATFORM_BUDGET = 6e6
const PROGRAM = `
const { capabilities, events, version } = require('ironloop')
const bus = events.Bus.open()
bus.subscribe('a.*', (payload, topic) => {
  console.log(JSON.stringify({ ...capabilities().binding, path: undefined, version, payload, topic }))
  bus.close()
})
bus.publish('a.b', 1)
`
const dry = process.argv.includes('--dry')
const out = join(root, 'target', 'release-packages')
const base = mkdtempSync(join(tmpdir(), 'ironloop-release-'))
const steps = new Steps()

/** @typedef {{ name: string, stage: string, tarball: string, files: string[], unpackedBytes: number }} Packed */
/** @type {{ main: Packed, platforms: Packed[], unbuilt: Packed[] }} */
let packed

await steps.program('packages are what the table says', process.execPath, ['scripts/npm-packages.mjs', '--check'])
if (!process.argv.includes('--built')) {
  await steps.program('build for this platform', process.execPath, ['scripts/build.mjs'])
  await steps.program('build for WASM', process.execPath, ['scripts/build-wasm.mjs'])
}
await steps.step('pack', pack)
await steps.step('manifests, files and sizes', () => ({ ...failures(everyPackage().flatMap(trouble)), note: sizes() }))
await steps.step('bills of materials', bills)
const registry = await serve(everyPackage())
for (const platform of platforms) await steps.step(`install as ${platform.name}`, () => installsAs(platform))
await steps.step('run what this platform installs', runs)
for (const node of NODES) await steps.step(`the README's examples on ${node.name}`, () => reads(node))
for (const [name, install] of installers(ground())) await steps.step(name, install)
registry.close()
rmSync(base, { recursive: true, force: true })
steps.finish()

function everyPackage() {
  return [packed.main, ...packed.platforms, ...packed.unbuilt]
}

function pack() {
  const args = ['scripts/pack.mjs', '--out', out, ...(dry ? ['--all'] : [])]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) return { failed: 1, output: stderr }
  packed = { unbuilt: [], ...JSON.parse(stdout) }
  const missing = platforms.filter(({ triple }) => !packed.platforms.some(({ name }) => name === `ironloop-${triple}`))
  const note = `${packed.platforms.length} of ${platforms.length} platforms built`
  if (dry) return { passed: 1, note }
  const wrong = missing.map(({ name }) => `native/ has no binary for ${name}`)
  // Provenance is checked against it.
  if (!manifestOf(packed.main).repository) wrong.push('package.json names no repository')
  return { ...failures(wrong), note }
}

/** @param {Packed} packed */
function trouble({ name, stage, files, unpackedBytes }) {
  const manifest = manifestOf({ stage })
  const isMain = name === 'ironloop'
  const needed = ['LICENSE-MIT', 'LICENSE-APACHE', 'README.md', 'package.json']
  const promised = isMain
    ? manifest.files.filter((/** @type {string} */ file) => file.includes('.'))
    : packed.unbuilt.some((one) => one.name === name)
      ? []
      : manifest.files
  return [
    ...['scripts', 'dependencies', 'devDependencies'].filter((key) => manifest[key]).map((key) => `${name} has ${key}`),
    ...[...needed, ...promised].filter((file) => !files.includes(file)).map((file) => `${name} lacks ${file}`),
    ...(unpackedBytes > (isMain ? MAIN_BUDGET : PLATFORM_BUDGET) ? [`${name} takes ${unpackedBytes} bytes`] : []),
  ]
}

function bills() {
  for (const { triple, target } of platforms) {
    writeFileSync(join(out, `ironloop-${triple}.cdx.json`), `${JSON.stringify(billOfMaterials(target), null, 2)}\n`)
  }
  return { passed: 1, note: `${billOfMaterials(platforms[0].target).components.length} crates` }
}

/**
 * @param {string} name of the project
 * @param {string[]} flags
 */
async function install(name, flags) {
  const project = join(base, name)
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }')
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--cache', join(base, 'cache')]
  const args = ['install', 'ironloop', '--registry', registry.url, ...quiet, ...flags]
  const { status, output } = await run('npm', args, { cwd: project })
  if (status !== 0) throw new Error(output)
  return { project, brought: readdirSync(join(project, 'node_modules')).filter((one) => !one.startsWith('.')) }
}

/**
 * Exactly the platform's own package comes with the main one.
 * @param {import('./targets.mjs').Platform} platform
 */
async function installsAs({ triple, os, cpu, libc }) {
  const flags = [`--os=${os}`, `--cpu=${cpu}`, ...(libc ? [`--libc=${libc}`] : [])]
  const { brought } = await install(triple, flags)
  const expected = ['ironloop', `ironloop-${triple}`]
  return failures(brought.join() === expected.join() ? [] : [`installed ${brought}, expected ${expected}`])
}

async function runs() {
  const { project } = await install('here', [])
  writeFileSync(join(project, 'program.cjs'), PROGRAM)
  const { status, output } = await run(process.execPath, ['program.cjs'], { cwd: project })
  const answered = status === 0 && output.includes('"kind":"native"') && output.includes('"topic":"a.b"')
  return answered ? { passed: 1, note: output.trim() } : { failed: 1, output }
}

/**
 * As a reader with nothing but Node does.
 * @param {typeof NODES[number]} node
 */
async function reads({ name, spec, binary }) {
  const program = join(await fetched(spec), binary)
  const { project } = await install(`reader on ${name}`, [])
  const { examples, furnish, missing } = createRequire(import.meta.url)('../__test__/fixtures/package/readme.js')
  furnish(project)
  const wrong = []
  for (const { title, code } of examples) {
    writeFileSync(join(project, 'example.mjs'), code)
    const { status, output } = await run(program, ['example.mjs'], { cwd: project })
    if (status !== 0 || missing(code, output).length > 0) wrong.push(`${title}: ${output}`)
  }
  return { passed: examples.length - wrong.length, failed: wrong.length, output: wrong.join('\n') }
}

function ground() {
  const { os, cpu } = here()
  const other = platforms.find((one) => one.os !== os && one.cpu !== cpu)
  const foreign = [`--os=${other?.os}`, `--cpu=${other?.cpu}`]
  const hasWasm = packed.main.files.some((file) => file.startsWith('native/wasm/ironloop.wasm'))
  return { url: registry.url, base, hasWasm, foreign }
}

function here() {
  const { triple } = createRequire(import.meta.url)('../lib/internal/platform.js')
  return platforms.find((one) => one.triple === triple()) ?? platforms[0]
}

function sizes() {
  const built = [packed.main, ...packed.platforms]
  return built.map(({ name, unpackedBytes }) => `${name} ${(unpackedBytes / 1e6).toFixed(2)} MB`).join(', ')
}

/** @param {{ stage: string }} packed */
function manifestOf({ stage }) {
  return JSON.parse(readFileSync(join(stage, 'package.json'), 'utf8'))
}

/** @param {string[]} wrong */
function failures(wrong) {
  return wrong.length === 0 ? { passed: 1 } : { failed: wrong.length, output: wrong.join('\n') }
}
