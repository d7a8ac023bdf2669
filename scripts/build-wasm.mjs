// `npm run build:wasm`: builds native/wasm/ironloop.wasm, and emnapi.js beside it, by which JavaScript gives it N-API.
//
// The target's library comes from `rustup target add wasm32-wasip1`. Where rustup cannot (no network to its server, or
// no rustup), Debian's compiler is put into target/wasm-toolchain by wasm-toolchain.sh, and builds the library, too.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const TARGET = 'wasm32-wasip1'
/** Whatever runs Node 20, and every browser since 2023, has vectors of 128 bits. */
const SIMD = { CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS: '-Ctarget-feature=+simd128' }
const output = join(root, 'native', 'wasm')
const targets = process.env.CARGO_TARGET_DIR ?? join(root, 'target')

mkdirSync(output, { recursive: true })
await bundle()
const directory = hasTarget() || addTarget() ? compile(targets) : compile(join(targets, 'wasm'), ownToolchain())
const module = readFileSync(join(directory, TARGET, 'wasm', 'ironloop.wasm'))
writeFileSync(join(output, 'ironloop.wasm'), module)
// What is published: a third of the size, for some milliseconds of each load.
writeFileSync(join(output, 'ironloop.wasm.br'), brotliCompressSync(module))
for (const file of readdirSync(output)) {
  console.log(`ironloop: native/wasm/${file} (${(statSync(join(output, file)).size / 1e6).toFixed(2)} MB)`)
}

/** One file instead of five packages in every installation; CommonJS, so that any require() can load it. */
async function bundle() {
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules/@emnapi/core/package.json'), 'utf8'))
  const license = readFileSync(join(root, 'node_modules/@emnapi/core/LICENSE'), 'utf8').trim()
  await build({
    stdin: {
      contents:
        "export { instantiateAddonSync } from '@emnapi/core'\nexport { createContext } from '@emnapi/runtime'\n",
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'neutral',
    target: 'node20',
    legalComments: 'none',
    banner: { js: `// @ts-nocheck\n/*! @emnapi/core and @emnapi/runtime ${manifest.version}\n\n${license}\n*/` },
    outfile: join(output, 'emnapi.js'),
  })
}

/**
 * @param {string} directory another one for another compiler, which would build everything in it anew
 * @param {Record<string, string>} [env]
 */
function compile(directory, env = {}) {
  const args = ['build', '--locked', '--package', 'ironloop', '--target', TARGET, '--profile', 'wasm']
  const emnapi = { EMNAPI_LINK_DIR: join(root, 'node_modules', 'emnapi', 'lib', TARGET) }
  const { status } = spawnSync('cargo', args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CARGO_TARGET_DIR: directory, ...emnapi, ...SIMD, ...env },
  })
  if (status !== 0) fail("Cargo's own message is above.")
  return directory
}

function hasTarget() {
  const libraries = ask('rustc', ['--print', 'target-libdir', '--target', TARGET])
  return libraries !== undefined && existsSync(libraries)
}

function addTarget() {
  return ask('rustup', ['target', 'add', TARGET]) !== undefined && hasTarget()
}

function ownToolchain() {
  const toolchain = join(root, 'target', 'wasm-toolchain')
  const rustc = join(toolchain, 'rustc')
  if (ask(rustc, ['--version']) === undefined) {
    const made = spawnSync(join(root, 'scripts', 'wasm-toolchain.sh'), [toolchain], { stdio: 'inherit' })
    if (made.status !== 0) {
      fail(`The target ${TARGET} is missing: \`rustup target add ${TARGET}\` installs it.`)
    }
  }
  const sysroot = ask('rustc', ['--print', 'sysroot']) ?? ''
  const host = /^host: (.*)$/m.exec(ask('rustc', ['-vV']) ?? '')?.[1] ?? ''
  return {
    RUSTC: rustc,
    CARGO_TARGET_WASM32_WASIP1_LINKER: join(sysroot, 'lib', 'rustlib', host, 'bin', 'rust-lld'),
    RUSTC_BOOTSTRAP: '1', // the library is built with the rest, which Cargo calls unstable
    CARGO_UNSTABLE_BUILD_STD: 'std,panic_abort',
  }
}

/**
 * What a program says, without the end of the line; undefined where it fails.
 * @param {string} command
 * @param {string[]} args
 */
function ask(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** @param {string} what */
function fail(what) {
  console.error(`ironloop: cannot build for WASM. ${what}`)
  process.exit(1)
}
