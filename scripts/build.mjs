// Builds the native addon into native/. Run by `npm install` in a checkout (prepare); no published package contains it.
//
// Every way in which this can fail for want of something says in one line what is missing, before Cargo starts.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const MINIMUM_NODE = [20]
const MINIMUM_RUST = [1, 89]

await main()

async function main() {
  const missing = missingNode() ?? missingRust() ?? missingCompiler() ?? missingCli()
  if (missing) fail(missing)

  const profileAt = process.argv.indexOf('--profile')
  const profile = profileAt > 0 ? ['--profile', process.argv[profileAt + 1]] : ['--release']
  const output = ['--output-dir', 'native', '--js', 'binding.js', '--dts', 'binding.d.ts']
  const started = performance.now()
  // A dependency just added to Cargo.toml may enter the lock file in the edit loop, but not in what users build.
  const locked = profileAt > 0 ? [] : ['--', '--locked']
  const args = [cliPath(), 'build', '--platform', ...profile, ...output, ...locked]
  const built = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (built.status !== 0) fail("The build failed: Cargo's own message is above.")

  if (process.platform === 'linux') buildWarden(locked)
  const { removePoolWorker, writePoolWorker } = await import('./pool-worker.mjs')
  if (profileAt > 0) removePoolWorker()
  else await writePoolWorker()

  // A library that links can still fail to load (a missing symbol, another architecture's toolchain).
  const tried = spawnSync(process.execPath, ['-e', "require('./native/binding.js')"], { cwd: root, encoding: 'utf8' })
  if (tried.status !== 0) fail(`It was built but does not load: ${lastLine(tried.stderr)}`)
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  for (const name of readdirSync(join(root, 'native')).filter((file) => file.endsWith('.node'))) {
    const megabytes = (statSync(join(root, 'native', name)).size / 1e6).toFixed(1)
    console.log(`ironloop: native/${name} (${megabytes} MB) is ready, built in ${seconds} s`)
  }
}

/**
 * The executable that stands beside the addon. Its profile is its own: it has no standard library, and so cannot unwind.
 * @param {string[]} locked
 */
function buildWarden(locked) {
  const which = ['--package', 'ironloop-warden', '--profile', 'warden', '--features', 'executable']
  const directory = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'warden')
  const built = spawnSync('cargo', ['build', ...which, ...locked.slice(1)], { cwd: root, stdio: 'inherit' })
  if (built.status !== 0) fail("The warden's build failed: Cargo's own message is above.")
  const { triple } = createRequire(import.meta.url)('../lib/internal/platform.js')
  const file = join(root, 'native', `ironloop-warden.${triple()}`)
  // Anew: a process that runs the old one keeps it, and its file cannot be written to.
  rmSync(file, { force: true })
  copyFileSync(join(directory, 'ironloop-warden'), file)
  chmodSync(file, 0o755)
}

/** @param {string} what */
function fail(what) {
  console.error(`ironloop: cannot build the native addon. ${what}`)
  process.exit(1)
}

function missingNode() {
  if (older(process.versions.node, MINIMUM_NODE)) {
    return `Node >= ${MINIMUM_NODE[0]} is needed, this is ${process.versions.node} (https://nodejs.org).`
  }
}

function missingRust() {
  const needed = `Rust >= ${MINIMUM_RUST.join('.')}`
  const rustc = spawnSync('rustc', ['--version'], { encoding: 'utf8' })
  if (isMissing(rustc)) return `${needed} is missing: \`rustc\` was not found (https://rustup.rs installs it).`
  if (rustc.status !== 0) return `${needed} is missing: \`rustc\` does not run (${lastLine(rustc.stderr)}).`
  const version = rustc.stdout.split(' ')[1] ?? ''
  if (older(version, MINIMUM_RUST)) return `${needed} is needed, found ${version} (\`rustup update\` brings it).`
  const cargo = spawnSync('cargo', ['--version'], { encoding: 'utf8' })
  if (cargo.status !== 0) {
    return `${needed} is incomplete: \`cargo\` was not found (https://rustup.rs installs both).`
  }
}

/** Rust links with the C compiler: it must be there, and find the C library's headers and start files. */
function missingCompiler() {
  if (process.platform === 'win32') return
  const install = process.platform === 'darwin' ? 'xcode-select --install' : 'on Debian: apt-get install gcc libc6-dev'
  const directory = mkdtempSync(join(tmpdir(), 'ironloop-cc-'))
  const program = '#include <stdio.h>\nint main(void) { return 0; }\n'
  const args = ['-x', 'c', '-', '-o', join(directory, 'probe')]
  const cc = spawnSync('cc', args, { input: program, encoding: 'utf8' })
  rmSync(directory, { recursive: true, force: true })
  // Not EPIPE: a compiler that ends before it read the program has still been found.
  if (isMissing(cc)) return `A C compiler is missing: \`cc\` was not found (${install}).`
  if (cc.status !== 0) return `The C compiler \`cc\` cannot build a program: ${firstError(cc.stderr)} (${install}).`
}

function missingCli() {
  try {
    cliPath()
  } catch {
    return 'The build tool @napi-rs/cli is missing: run `npm install` without --omit=dev (or --production).'
  }
}

function cliPath() {
  const manifest = createRequire(import.meta.url).resolve('@napi-rs/cli/package.json')
  return join(manifest, '..', 'dist', 'cli.js')
}

/** @param {import('node:child_process').SpawnSyncReturns<string>} ran */
function isMissing(ran) {
  return /** @type {NodeJS.ErrnoException | undefined} */ (ran.error)?.code === 'ENOENT'
}

/**
 * @param {string} version
 * @param {number[]} minimum
 */
function older(version, minimum) {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10))
  for (const [at, least] of minimum.entries()) {
    if (parts[at] !== least) return !(parts[at] > least)
  }
  return false
}

/** @param {string} text */
function lastLine(text) {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.findLast((line) => /error/i.test(line)) ?? lines.findLast((line) => line !== '') ?? 'no message'
}

/** @param {string} text */
function firstError(text) {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.find((line) => /error|cannot/i.test(line)) ?? lines[0]
}
