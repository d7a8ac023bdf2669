// The ways in which a package gets into a project, each tried with a registry of this machine's: what comes must load.
//
// pnpm and Yarn are taken from npm's own registry, as `npx` does; where that cannot be reached, they are said not to run.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './steps.mjs'

const PROGRAM = `
const { capabilities, buffer } = require('ironloop')
const { kind, reason } = capabilities().binding
console.log(JSON.stringify({ kind, reason, found: new buffer.Finder('b').find(Buffer.from('ab')) }))
`
const PNPM = 'pnpm@10'
const YARN = '@yarnpkg/cli-dist@4'
const TRACER = '@vercel/nft@1'
const TRACE = `
const { nodeFileTrace } = require(process.argv[1])
nodeFileTrace(['program.cjs']).then(({ fileList }) => console.log(JSON.stringify([...fileList])))`

/** @typedef {{ url: string, base: string, hasWasm: boolean, foreign: string[] }} Ground */

/**
 * By name, each with what it must find: the native build, or what stands in for it.
 * @param {Ground} ground
 * @returns {[string, () => Promise<import('./steps.mjs').Outcome>][]}
 */
export function installers(ground) {
  const inPlace = ground.hasWasm ? 'wasm' : 'none'
  return [
    ['npm --ignore-scripts', () => withNpm(ground, 'unscripted', [['--ignore-scripts']], 'native')],
    ['npm --omit=optional', () => withNpm(ground, 'omitting', [['--omit=optional']], inPlace)],
    ['npm, with the lock file of another platform', () => withNpm(ground, 'locked', [ground.foreign, []], 'native')],
    ['pnpm', () => withPnpm(ground)],
    ['Yarn, node_modules', () => withYarn(ground, 'node-modules')],
    ['Yarn, PnP', () => withYarn(ground, 'pnp')],
    ['a copy of the files that Next.js traces', () => standalone(ground)],
  ]
}

/**
 * @param {Ground} ground
 * @param {string} name
 */
function project({ base, url }, name) {
  const directory = join(base, name)
  mkdirSync(directory)
  writeFileSync(
    join(directory, 'package.json'),
    '{ "name": "empty", "private": true, "dependencies": { "ironloop": "*" } }'
  )
  writeFileSync(join(directory, 'program.cjs'), PROGRAM)
  writeFileSync(join(directory, '.npmrc'), `registry=${url}\n`)
  return directory
}

/**
 * @param {string} cwd
 * @param {string[]} command
 * @param {Record<string, string>} [env]
 */
async function done(cwd, [file, ...args], env) {
  const { status, output } = await run(file, args, { cwd, env })
  if (status !== 0) throw new Error(`${[file, ...args].join(' ')}: ${output}`)
  return output
}

/**
 * @param {string} output
 * @param {string} expected
 */
function judged(output, expected) {
  const line = output.split('\n').findLast((one) => one.startsWith('{'))
  const { kind, found } = JSON.parse(line ?? '{}')
  const warnings = output.split('IRONLOOP_WASM').length - 1
  const right = kind === expected && found === 1 && warnings === (kind === 'wasm' ? 1 : 0)
  return right ? { passed: 1, note: `${kind} build` } : { failed: 1, output }
}

/**
 * @param {Ground} ground
 * @param {string} name
 * @param {string[][]} installs flags of one installation after another
 * @param {string} expected
 */
async function withNpm(ground, name, installs, expected) {
  const directory = project(ground, name)
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--cache', join(ground.base, 'cache')]
  for (const flags of installs) await done(directory, ['npm', 'install', ...quiet, ...flags])
  return judged(await done(directory, [process.execPath, 'program.cjs']), expected)
}

/** @param {Ground} ground */
async function withPnpm(ground) {
  const pnpm = await tool(ground, PNPM, 'pnpm/bin/pnpm.cjs')
  if (pnpm === undefined) return { note: 'not run: pnpm cannot be had' }
  const directory = project(ground, 'with-pnpm')
  const store = ['--store-dir', join(ground.base, 'pnpm-store')]
  await done(directory, [process.execPath, pnpm, 'install', '--no-frozen-lockfile', '--registry', ground.url, ...store])
  return judged(await done(directory, [process.execPath, 'program.cjs']), 'native')
}

/**
 * @param {Ground} ground
 * @param {'node-modules' | 'pnp'} linker
 */
async function withYarn(ground, linker) {
  const yarn = await tool(ground, YARN, '@yarnpkg/cli-dist/bin/yarn.js')
  if (yarn === undefined) return { note: 'not run: Yarn cannot be had' }
  const directory = project(ground, `with-yarn-${linker}`)
  const lines = [
    `nodeLinker: ${linker}`,
    `npmRegistryServer: "${ground.url}"`,
    'unsafeHttpWhitelist: ["127.0.0.1"]',
    'enableTelemetry: false',
    'enableGlobalCache: false',
  ]
  writeFileSync(join(directory, '.yarnrc.yml'), `${lines.join('\n')}\n`)
  writeFileSync(join(directory, 'yarn.lock'), '')
  const env = { YARN_ENABLE_IMMUTABLE_INSTALLS: 'false', NODE_OPTIONS: '' }
  await done(directory, [process.execPath, yarn, 'install'], env)
  const loader = linker === 'pnp' ? ['--require', './.pnp.cjs'] : []
  return judged(await done(directory, [process.execPath, ...loader, 'program.cjs'], env), 'native')
}

/**
 * A folder with the files alone that Next.js's tracer finds the program to need.
 * @param {Ground} ground
 */
async function standalone(ground) {
  const tracer = await tool(ground, TRACER, '@vercel/nft/out/index.js')
  if (tracer === undefined) return { note: 'not run: @vercel/nft cannot be had' }
  const from = join(ground.base, 'unscripted')
  const directory = join(ground.base, 'standalone')
  const traced = JSON.parse(await done(from, [process.execPath, '-e', TRACE, tracer]))
  for (const file of traced) cpSync(join(from, file), join(directory, file), { recursive: true })
  const { note, ...outcome } = judged(await done(directory, [process.execPath, 'program.cjs']), 'native')
  return { note: `${note}, ${traced.length} files`, ...outcome }
}

/**
 * @param {Ground} ground
 * @param {string} wanted
 * @param {string} file
 */
async function tool({ base }, wanted, file) {
  const directory = join(base, 'tools')
  mkdirSync(directory, { recursive: true })
  const path = join(directory, 'node_modules', file)
  if (existsSync(path)) return path
  if (!existsSync(join(directory, 'package.json')))
    writeFileSync(join(directory, 'package.json'), '{ "private": true }')
  const { status } = await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', wanted], {
    cwd: directory,
  })
  return status === 0 && readFileSync(path).length > 0 ? path : undefined
}
