// `npm run test:runtimes`: the smoke suite (__test__/fixtures/runtimes/smoke.js) in Node 20 to 26, Bun and Deno, each with
// the native build, woken by the doorbell, and with the WASM build; and as tests of Jest and of vitest, in threads and in
// forks. All but Jest comes from npm into target/runtimes/.
// Writes the tables of docs/platforms.md; `--check` compares instead. `npm run test:runtimes -- bun` runs only those whose
// names contain one of the words, and leaves the file alone.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CACHE, fetched, NODES } from './npm-files.mjs'
import { root, run, Steps } from './steps.mjs'

const DOCUMENT = join(root, 'docs', 'platforms.md')
const SUITE = join('__test__', 'fixtures', 'runtimes', 'smoke.js')
const FRAMEWORK_SUITE = join('__test__', 'fixtures', 'runtimes', 'in-a-test-framework.js')
const DEADLINE_MS = 30_000

const here = `${process.platform}-${process.arch}`
const libc = process.platform === 'linux' ? '-glibc' : ''

/** By name: the npm package that holds the binary, where in it, and how a program is run. */
const RUNTIMES = {
  ...Object.fromEntries(NODES.map(({ name, ...where }) => [name, { ...where, args: [] }])),
  Bun: { spec: `@oven/bun-${here}`, binary: 'bin/bun', args: [] },
  Deno: { spec: `@deno/${here}${libc}`, binary: 'deno', args: ['run', '--allow-all', '--no-lock'] },
}

const MODES = {
  native: { IRONLOOP_NATIVE: '', IRONLOOP_WAKE: '' },
  doorbell: { IRONLOOP_NATIVE: '', IRONLOOP_WAKE: 'doorbell' },
  WASM: { IRONLOOP_NATIVE: 'wasm', IRONLOOP_WAKE: '' },
}

/** By name: the npm package, its program, and what makes it print the results as Jest does. Run by this node. */
const FRAMEWORKS = {
  Jest: { name: 'jest', program: 'bin/jest.js', args: ['--config', jestConfig(), '--json', FRAMEWORK_SUITE] },
  'vitest, threads': { name: 'vitest', program: 'vitest.mjs', args: vitest('threads') },
  'vitest, forks': { name: 'vitest', program: 'vitest.mjs', args: vitest('forks') },
}

/** @typedef {{ binding?: string, wake?: string, failed: boolean, code?: string, message?: string }} Found */

const words = process.argv.slice(2).filter((word) => !word.startsWith('-'))
const isChosen = (/** @type {[string, unknown]} */ [name]) =>
  words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase()))
const steps = new Steps()
/** By runtime and mode: its version and what each check has found. */
const results = new Map()

const names = JSON.parse(spawnSync(process.execPath, [SUITE], { cwd: root, encoding: 'utf8' }).stdout)
for (const [runtime, { spec, binary, args }] of Object.entries(RUNTIMES).filter(isChosen)) {
  const program = join(await fetched(spec), binary)
  const version = /\d+\.\d+\.\d+/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout)?.[0]
  for (const [mode, env] of Object.entries(MODES)) {
    await steps.step(`${runtime} (${version}), ${mode}`, async () => {
      const found = new Map()
      for (const name of names) found.set(name, await check(program, [...args, SUITE, name], env))
      results.set(`${runtime} ${mode}`, { runtime, version, mode, found })
      return outcome(runtime, mode, found)
    })
  }
}
for (const [framework, { name, program, args }] of Object.entries(FRAMEWORKS).filter(isChosen)) {
  const folder = name === 'jest' ? root : await installed(name)
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'))
  await steps.step(`${framework} (${version})`, async () => {
    const found = await checkAll([join(folder, 'node_modules', name, program), ...args])
    results.set(framework, { runtime: framework, version, mode: 'native', found })
    return outcome('Node', 'native', found)
  })
}
if (words.length === 0) await steps.step('docs/platforms.md', () => document())
steps.finish()

/** A folder with the newest version of a package that has dependencies. */
async function installed(/** @type {string} */ name) {
  const folder = join(CACHE, name)
  if (existsSync(join(folder, 'node_modules', name))) return folder
  mkdirSync(folder, { recursive: true })
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', name]
  const { status, output } = await run('npm', args, { cwd: folder })
  if (status !== 0) throw new Error(output)
  return folder
}

function jestConfig() {
  return JSON.stringify({
    rootDir: root,
    roots: [join(root, '__test__')],
    testMatch: ['**/in-a-test-framework.js'],
    transform: {},
  })
}

function vitest(/** @type {string} */ pool) {
  return ['run', '--root', dirname(FRAMEWORK_SUITE), '--pool', pool, '--reporter', 'json']
}

/**
 * All checks in one run of a test framework, by name.
 * @param {string[]} args
 * @returns {Promise<Map<string, Found>>}
 */
async function checkAll(args) {
  const env = { NODE_OPTIONS: '--experimental-vm-modules --no-warnings', IRONLOOP_NATIVE: '', IRONLOOP_WAKE: '' }
  const { output } = await run(process.execPath, args, { env })
  const line = output.split('\n').find((text) => text.startsWith('{'))
  if (line === undefined) throw new Error(output)
  /** @type {{ title: string, status: string, failureMessages: string[] }[]} */
  const tests = JSON.parse(line).testResults.flatMap((/** @type {any} */ file) => file.assertionResults)
  const found = tests.map(({ title, status, failureMessages }) => {
    return [title, { failed: status !== 'passed', message: failureMessages[0] }]
  })
  return new Map(/** @type {[string, Found][]} */ (found))
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @returns {Promise<Found>}
 */
function check(program, args, env) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    })
    let [said, complained] = ['', '']
    child.stdout.on('data', (text) => {
      said += text
    })
    child.stderr.on('data', (text) => {
      complained += text
    })
    child.on('error', ({ message }) => resolve({ failed: true, message }))
    child.on('close', (code, signal) => {
      const line = said.split('\n').find((text) => text.startsWith('{'))
      if (line !== undefined) return resolve(JSON.parse(line))
      const why = child.killed ? 'did not end' : `ended with ${signal ?? code}`
      const last = complained.split('\n').findLast((text) => /[a-z]/.test(text)) ?? 'no message'
      resolve({ failed: true, message: `${why}: ${last.replace(/^[# ]+/, '')}` })
    })
  })
}

/** Node is to pass all of it but what the WASM build says that it lacks; of other runtimes the table tells. */
function outcome(/** @type {string} */ runtime, /** @type {string} */ mode, /** @type {Map<string, Found>} */ found) {
  const failures = [...found].filter(([, { failed, code }]) => failed && !(mode === 'WASM' && isRefusal(code)))
  const output = failures.map(([name, { code, message }]) => `${name}: ${code ?? ''} ${message}`).join('\n')
  const passed = found.size - failures.length
  if (!runtime.startsWith('Node')) return { passed, note: failures.map(([name]) => `not ${name}`).join(', ') }
  return { passed, failed: failures.length, output }
}

/** @param {string | undefined} code */
function isRefusal(code) {
  return code === 'ERR_UNSUPPORTED_PLATFORM'
}

/** Between the two marks of docs/platforms.md stands what this has found. */
function document() {
  const [before, after] = ['<!-- runtimes: generated by `npm run test:runtimes` -->', '<!-- end of runtimes -->']
  const text = readFileSync(DOCUMENT, 'utf8')
  const [start, end] = [text.indexOf(before), text.indexOf(after)]
  if (start < 0 || end < 0) throw new Error('docs/platforms.md has lost its marks')
  const table = tableOf([...results.values()])
  const written = `${text.slice(0, start)}${before}\n\n${table}\n${text.slice(end)}`
  if (process.argv.includes('--check')) {
    return written === text ? { passed: 1 } : { failed: 1, output: table }
  }
  writeFileSync(DOCUMENT, written)
  return { passed: 1 }
}

/** @param {{ runtime: string, version: string, mode: string, found: Map<string, Found> }[]} columns */
function tableOf(columns) {
  const notes = new Map()
  const cell = (/** @type {Found} */ { failed, code, message = '' }) => {
    if (!failed) return 'yes'
    if (isRefusal(code)) return 'refused'
    const why = (code === undefined ? message : `${code}: ${message}`).replaceAll(root, '').slice(0, 200)
    if (!notes.has(why)) notes.set(why, notes.size + 1)
    return `no (${notes.get(why)})`
  }
  const head = columns.map(({ runtime, version, mode }) => [`${runtime} (${version})`, mode])
  const rows = columns.map(({ found }, index) => [...head[index], ...[...found.values()].map(cell)])
  const lines = [['runtime', 'build', ...names], ['---', '---', ...names.map(() => '---')], ...rows]
  const listed = [...notes].map(([why, number]) => `${number}. ${why.replaceAll('\n', ' ')}`)
  return [...lines.map((row) => `| ${row.join(' | ')} |`), '', ...listed, ...(listed.length > 0 ? [''] : [])].join('\n')
}
