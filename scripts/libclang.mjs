// Finds libclang for bindgen, which only the proof of our libuv declarations needs, or brings it from PyPI.
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './steps.mjs'

const WHEEL = 'libclang==18.1.1'
const LIBRARY = /^(lib)?clang([-.\d]*)\.(so|dylib|dll)([.\d]*)$/

/** The environment that makes bindgen find libclang; undefined where it finds it by itself. */
export async function libclangEnvironment() {
  if (process.env.LIBCLANG_PATH) return {}
  const installed = (await places()).find(holdsLibrary)
  if (installed) return { LIBCLANG_PATH: installed, ...(await headers()) }
  return { LIBCLANG_PATH: await fromPyPI(), ...(await headers()) }
}

async function places() {
  const config = await run('llvm-config', ['--libdir'])
  const versions = existsSync('/usr/lib') ? readdirSync('/usr/lib').filter((name) => name.startsWith('llvm-')) : []
  return [
    ...(config.status === 0 ? [config.output.trim()] : []),
    ...versions.map((name) => `/usr/lib/${name}/lib`),
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/lib',
    '/opt/homebrew/opt/llvm/lib',
    '/usr/local/opt/llvm/lib',
    '/Library/Developer/CommandLineTools/usr/lib',
    'C:\\Program Files\\LLVM\\bin',
  ]
}

/** @param {string} directory */
function holdsLibrary(directory) {
  return existsSync(directory) && readdirSync(directory).some((name) => LIBRARY.test(name))
}

/** A libclang that comes without headers of its own (stddef.h, ...) takes the C compiler's, after all others. */
async function headers() {
  const { status, output } = await run('cc', ['-print-file-name=include'])
  /** @type {Record<string, string>} */
  const none = {}
  return status === 0 ? { BINDGEN_EXTRA_CLANG_ARGS: `-idirafter ${output.trim()}` } : none
}

/** Puts the wheel's library below target/; nothing is installed. */
async function fromPyPI() {
  const directory = join(root, 'target', 'libclang')
  const library = join(directory, 'clang', 'native')
  if (holdsLibrary(library)) return library
  mkdirSync(directory, { recursive: true })
  const { status, output } = await run('python3', [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--target',
    directory,
    WHEEL,
  ])
  if (status === 0 && holdsLibrary(library)) return library
  throw new Error(
    `libclang was not found (on Debian: apt-get install libclang-dev; else set LIBCLANG_PATH), and pip brought none:\n${output}`
  )
}
