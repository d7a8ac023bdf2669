// `npm run check`: all that `npm test` does not prove. Runs every step, shows its time, says at the end what failed.
// `npm run check -- NAME...` runs the steps whose names contain one of the words.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { libclangEnvironment } from './libclang.mjs'
import { root, run, Steps } from './steps.mjs'
import { cargoTest, jest } from './suites.mjs'
import { jestUnprivileged } from './unprivileged.mjs'

const MAIN_BUDGET = 2e6
const PLATFORM_BUDGET = 6e6
const WARDEN_BUDGET = 5e5
const UNSCRIPTED = { npm_config_ignore_scripts: 'true' } // packing would run prepare, which builds

const chosen = process.argv.slice(2)
const wanted = (/** @type {string} */ name) => chosen.length === 0 || chosen.some((word) => name.includes(word))
const steps = new Steps()

/** @param {Parameters<Steps['step']>} args */
const step = (...args) => wanted(args[0]) && steps.step(...args)
/** @param {Parameters<Steps['program']>} args */
const program = (...args) => wanted(args[0]) && steps.program(...args)

const CLIPPY = ['clippy', '--quiet']
const CRATES = ['--workspace', '--exclude', 'ironloop', '--all-targets'] // what #[napi] registers looks unused to a test build
const FOUND = ['--testPathIgnorePatterns', '/fixtures/'] // also what needs the WASM build
const WASM = [...FOUND, '--', '__test__/wasm/']
const ON_WASM = [...FOUND, '--testTimeout', '60000', '--', '__test__/buffer/', '__test__/stream/'] // its calls are slow
const DENY = ['--', '-D', 'warnings']

await program('rust format', 'cargo', ['fmt', '--all', '--check'])
await program('rust lint of the crates', 'cargo', [...CLIPPY, ...CRATES, ...DENY])
await program('rust lint of the binding', 'cargo', [...CLIPPY, '--package', 'ironloop', ...DENY])
await step("libuv's declarations equal its headers", provenDeclarations)
await step('licences and sources of crates', dependencyPolicy)
await program('javascript lint and format', 'biome', ['ci', '--colors=off', '.'])
await program('types of lib and scripts', 'tsc', ['--project', '.'])
await step('type tests', typeTests)
await step('error table in Rust, JavaScript, types and docs', () => jest(['package/error-table']))
await step('generated files unchanged', generatedFiles)
await program('WASM build', 'npm', ['run', 'build:wasm'])
await step('WASM: equal results, and what takes the place of what it has not', () => jest(WASM))
await step('WASM: the tests of buffer and stream', () => jest(ON_WASM, { env: { IRONLOOP_NATIVE: 'wasm' } }))
await step('packed files and sizes', packedFiles)
await program('publint', 'publint', ['--strict'], { env: UNSCRIPTED })
await program('are the types wrong', 'attw', ['--pack', '.', '--no-emoji', '--no-color'], { env: UNSCRIPTED })
// What does not wait for native work, or shows what other tests prove, depends on no way of waking.
const FOLDERS = 'package bench examples fixtures buffer internal cli wasm'.split(' ')
const RUNTIME = 'buffer document loading readme'.split(' ').map((of) => `runtime/${of}[^/]*`)
const OF_NO_WAKE = [...FOLDERS, ...RUNTIME].map((path) => `/__test__/${path}(/|$)`)
await step('Jest, woken by the doorbell', () =>
  jest(['--testPathIgnorePatterns', ...OF_NO_WAKE], { env: { IRONLOOP_WAKE: 'doorbell' } })
)
await step('Jest, as an unprivileged user', jestUnprivileged)
steps.finish()

/** Building cargo-deny takes longer than all other steps together: where it is not installed, CI's run must do. */
async function dependencyPolicy() {
  const { status } = await run('cargo', ['deny', '--version'])
  if (status !== 0) return { note: 'not run: cargo-deny is not installed; CI runs it' }
  const checked = await run('cargo', ['deny', '--offline', 'check', 'bans', 'licenses', 'sources'])
  return checked.status === 0 ? { passed: 1 } : { failed: 1, output: checked.output }
}

async function provenDeclarations() {
  const env = await libclangEnvironment()
  const feature = ['--package', 'ironloop-sys', '--features', 'libuv-sys2']
  const lint = await run('cargo', [...CLIPPY, '--all-targets', ...feature, ...DENY], { env })
  if (lint.status !== 0) return { failed: 1, output: lint.output }
  return cargoTest(feature, { env })
}

async function typeTests() {
  const { status, output } = await run('tstyche', ['--config', '__test__/types/tstyche.json'], {
    env: { NO_COLOR: '1' },
  })
  const counts = /^Tests:.*?(?:(\d+) failed, )?(?:(\d+) passed, )?\d+ total/m.exec(output)
  const failed = Number(counts?.[1] ?? 0)
  return { passed: Number(counts?.[2] ?? 0), failed: status !== 0 && failed === 0 ? 1 : failed, output }
}

/** What the build generates is committed: readers, types and packing need it without a build. */
async function generatedFiles() {
  const built = await run(process.execPath, ['scripts/build.mjs'])
  if (built.status !== 0) return { failed: 1, output: built.output }
  const { status, output } = await run('git', ['diff', '--exit-code', '--', 'native'])
  return status === 0
    ? { passed: 1 }
    : { failed: 1, output: `${output}\nCommit native/ with the Rust that changed it.` }
}

function packedFiles() {
  const packing = spawnSync(process.execPath, ['scripts/pack.mjs'], { cwd: root, encoding: 'utf8' })
  if (packing.status !== 0) return { failed: 1, output: packing.stderr }
  /** @type {{ main: Packed, platforms: Packed[], accepted: string[] }} */
  const { main, platforms, accepted } = JSON.parse(packing.stdout)
  const wrong = [
    ...main.files.filter((file) => !accepted.includes(file)).map((file) => `packed, but not accepted: ${file}`),
    ...accepted.filter((file) => !main.files.includes(file)).map((file) => `accepted, but not packed: ${file}`),
    ...[main].flatMap((one) => overBudget(one, MAIN_BUDGET)),
    ...platforms.flatMap((one) => overBudget(one, PLATFORM_BUDGET)),
    ...platforms.flatMap(wardenTrouble),
    ...(platforms.length === 0 ? ['no platform package: nothing is built in native/'] : []),
  ]
  const note = [main, ...platforms].map(({ name, unpackedBytes }) => `${name} ${megabytes(unpackedBytes)}`).join(', ')
  const hint = 'A file that users need is accepted by `node scripts/pack.mjs --accept`.'
  return wrong.length === 0 ? { passed: 1, note } : { failed: 1, note, output: [...wrong, hint].join('\n') }
}

/**
 * The executable of a Linux package must be there, small, and executable once it is installed.
 * @param {Packed} packed
 */
function wardenTrouble({ name, files, stage, tarball }) {
  if (!name.startsWith('ironloop-linux')) return []
  const file = files.find((one) => one.startsWith('ironloop-warden.'))
  if (file === undefined) return [`${name} has no warden`]
  const { size } = statSync(join(stage, file))
  const listed = spawnSync('tar', ['-tvzf', tarball, `package/${file}`], { encoding: 'utf8' })
  return [
    ...(size > WARDEN_BUDGET ? [`${file} takes ${size} bytes, its budget is ${WARDEN_BUDGET}`] : []),
    ...(/^-rwxr-xr-x/.test(listed.stdout) ? [] : [`${file} is not executable in the tarball: ${listed.stdout}`]),
  ]
}

/** @typedef {{ name: string, stage: string, tarball: string, files: string[], unpackedBytes: number }} Packed */

/**
 * @param {Packed} packed
 * @param {number} budget
 */
function overBudget({ name, unpackedBytes }, budget) {
  return unpackedBytes > budget ? [`${name} takes ${megabytes(unpackedBytes)}, its budget is ${megabytes(budget)}`] : []
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`
}
