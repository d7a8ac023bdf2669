// `npm run check:targets`: the whole workspace, type-checked and linted for the platforms that this machine is not.
//
//   node scripts/check-targets.mjs          the four that stand for all: Linux on arm64, musl, macOS, Windows
//   node scripts/check-targets.mjs WORD...  those of the platforms table, whose names contain one of the words
//
// Nothing is linked, so no cross compiler is needed: what C code crates bring is "built" by stand-ins that only make the
// output that they are asked for. A standard library for the target is taken from rustup; where rustup cannot bring it,
// it is built from the library's source (component rust-src, or Debian's rust-src of the same version).
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root, run, Steps } from './steps.mjs'
import { platforms } from './targets.mjs'

const REPRESENTATIVES = [
  'aarch64-unknown-linux-gnu',
  'x86_64-unknown-linux-musl',
  'aarch64-apple-darwin',
  'x86_64-pc-windows-msvc',
]
/** Makes an empty file where a compiler or an archiver is told to write. */
const STAND_IN = `#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    [-/]Fo*) : > "\${1#?Fo}" ;;
    [-/]out:*) : > "\${1#?out:}" ;;
    -o) shift; : > "$1" ;;
    -o*) : > "\${1#-o}" ;;
    *.a|*.lib) : > "$1" ;;
  esac
  shift
done
`
/** For the target alone: the host's own `cc` goes on linking build scripts. */
const PROGRAMS = ['target-cc', 'target-ar', 'ml64.exe', 'armasm64.exe', 'lib.exe', 'cl.exe']

const words = process.argv.slice(2)
const targets = platforms
  .map(({ target }) => target)
  .filter((target) =>
    words.length === 0 ? REPRESENTATIVES.includes(target) : words.some((word) => target.includes(word))
  )

const steps = new Steps()
const tools = standIns()
for (const target of targets) await steps.step(target, () => check(target))
steps.finish()

/**
 * @param {string} target
 * @returns {Promise<import('./steps.mjs').Outcome>}
 */
async function check(target) {
  const library = standardLibrary(target)
  if (library === undefined) {
    const output = `There is no standard library for ${target}: \`rustup target add ${target}\` or \`rustup component add rust-src\` brings one.`
    return { failed: 1, output }
  }
  const variable = `CARGO_TARGET_${target.toUpperCase().replaceAll('-', '_')}_RUSTFLAGS`
  const env = {
    PATH: `${tools}${delimiter}${process.env.PATH}`,
    TARGET_CC: join(tools, 'target-cc'),
    TARGET_AR: join(tools, 'target-ar'),
    ...library.env,
    // A musl library is static unless it is told otherwise, and an addon cannot be.
    ...(target.endsWith('musl') && { [variable]: '-C target-feature=-crt-static' }),
  }
  const args = ['clippy', '--quiet', '--workspace', '--target', target, ...library.args, '--', '-D', 'warnings']
  const { status, output } = await run('cargo', args, { env })
  return status === 0 ? { passed: 1, note: library.note } : { failed: 1, output }
}

/**
 * @param {string} target
 * @returns {{ env: Record<string, string>, args: string[], note?: string } | undefined}
 */
function standardLibrary(target) {
  if (hasLibrary(target)) return { env: {}, args: [] }
  spawnSync('rustup', ['target', 'add', target], { stdio: 'ignore', timeout: 300_000 })
  if (hasLibrary(target)) return { env: {}, args: [] }
  if (!existsSync(join(printed('sysroot'), 'lib/rustlib/src/rust/library/std/src/lib.rs'))) return undefined
  const abort = target.includes('windows') ? 'panic_unwind' : 'panic_abort'
  const note = 'with a standard library built from source'
  return { env: { RUSTC_BOOTSTRAP: '1' }, args: [`-Zbuild-std=std,${abort}`], note }
}

/** @param {string} target */
function hasLibrary(target) {
  return existsSync(join(printed('sysroot'), 'lib/rustlib', target, 'lib'))
}

/** @param {string} what */
function printed(what) {
  return spawnSync('rustc', ['--print', what], { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? ''
}

/** @returns {string} their directory */
function standIns() {
  const directory = join(root, 'target', 'stand-ins')
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  for (const name of PROGRAMS) {
    writeFileSync(join(directory, name), STAND_IN)
    chmodSync(join(directory, name), 0o755)
  }
  return directory
}
