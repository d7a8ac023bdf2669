'use strict'

// A binary that cannot be used is one clear sentence, never the end of the process; and what needs no binary goes on.

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { libc, triple } = require('../../lib/internal/platform.js')
const binaries = require('../fixtures/package/binaries.js')
const { addon, copyOfPackage } = require('../fixtures/package/copy.js')
const { root, runNode } = require('../fixtures/package/run-node.js')

const [major] = process.versions.node.split('.').map(Number)
const permission = major < 22 ? '--experimental-permission' : '--permission'
const good = fs.readFileSync(path.join(root, addon))
/** Prints why there is no binding, and what works without one. */
const PROGRAM = `
const ironloop = require('./lib/index.js')
const { kind, reason } = ironloop.capabilities().binding
const emitter = new ironloop.events.EventEmitter()
emitter.on('a', (heard) => console.log(JSON.stringify({ kind, reason, heard })))
emitter.emit('a', 1)
`

const directory = copyOfPackage()
fs.writeFileSync(path.join(directory, 'program.cjs'), PROGRAM)
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }))

function tell(/** @type {string[]} */ flags = []) {
  const { status, signal, stdout, stderr } = runNode([...flags, 'program.cjs'], { cwd: directory })
  if (status !== 0) throw new Error(`exit code ${status}, signal ${signal}: ${stdout}${stderr}`)
  return JSON.parse(stdout)
}

const place = (/** @type {Buffer | string} */ binary) => fs.writeFileSync(path.join(directory, addon), binary)

const onLinux = process.platform === 'linux'
/** @type {[string, () => Buffer | string, string][]} */
const unfit = [
  ['an empty file', () => '', 'is no library: 0 bytes of something else. Install ironloop again'],
  ['a page of a proxy', () => '<html>502</html>', 'is no library: 16 bytes of something else'],
  ['a file that is cut off early', () => good.subarray(0, 100), 'Install ironloop again'],
  ['a file that is cut off', () => good.subarray(0, 100_000), `is cut off: it has 100000 of ${good.length} bytes`],
  ['a file without its last byte', () => good.subarray(0, -1), `is cut off: it has ${good.length - 1} of`],
]
/** @type {typeof unfit} */
const elsewhere = [
  ['a binary for another processor', () => binaries.ofAnotherProcessor(good), `and this is linux on ${process.arch}`],
  ['a binary for Windows', binaries.ofWindows, 'is built for win32 on x64, and this is linux'],
  ['a binary for macOS', binaries.ofMacOS, 'is built for darwin on arm64, and this is linux'],
]
/** @type {typeof unfit} */
const refused = [
  [
    'a binary for a newer glibc',
    () => binaries.ofTheFuture(good),
    "it needs GLIBC_9.99, which this system's C library (",
  ],
  [
    'a binary for another C library',
    () => binaries.ofAnotherLibrary(good),
    'it needs the library libc.so.9, which is not',
  ],
]

test.each([...(onLinux ? [...unfit, ...elsewhere] : unfit), ...(libc() === 'glibc' ? refused : [])])(
  '%s',
  (_name, binary, sentence) => {
    place(binary())
    const { kind, reason, heard } = tell()
    expect(reason).toContain(`No native binding of ironloop for ${triple()}: `)
    expect(reason).toContain(sentence)
    expect(reason).not.toContain('\n')
    expect({ kind, heard }).toEqual({ kind: 'none', heard: 1 })
  }
)

test('the loader says what is needed where Node loads no addons', () => {
  place(good)
  const sentence = 'it runs with --no-addons, or with --permission and without --allow-addons'
  expect(tell(['--no-addons']).reason).toContain(sentence)
  expect(tell([permission, '--allow-fs-read=*']).reason).toContain(sentence)
})

test.each([
  ['the permission model that allows addons', [permission, '--allow-fs-read=*', '--allow-addons']],
  ['no code from strings', ['--disallow-code-generation-from-strings']],
  ['frozen intrinsics', ['--frozen-intrinsics']],
])('%s: the binding is loaded', (_name, flags) => {
  place(good)
  // Node 20 has no --allow-addons: there its model allows them none.
  if (flags.includes('--allow-addons') && major < 22) return
  expect(tell(flags)).toEqual({ kind: 'native', heard: 1 })
})

/** Runs the program where the package lies on a file system of these options; undefined where that needs more rights. */
function onFileSystem(/** @type {string} */ options) {
  const script = `mount -t tmpfs -o size=64m none "$1/m" && cp -r "$1/lib" "$1/native" "$1/package.json" "$1/program.cjs" "$1/m/" &&
    mount -o remount,${options} "$1/m" && cd "$1/m" && "$2" program.cjs`
  fs.mkdirSync(path.join(directory, 'm'), { recursive: true })
  const args = ['--mount', 'sh', '-c', script, 'sh', directory, process.execPath]
  const { status, stdout } = spawnSync('unshare', args, { encoding: 'utf8' })
  return status === 0 ? JSON.parse(stdout) : undefined
}

const canMount = onLinux && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0
const mounted = canMount ? [['noexec'], ['ro']] : []
if (mounted.length > 0) {
  test.each(mounted)('a file system that is mounted with %s', (options) => {
    place(good)
    const { kind, reason } = onFileSystem(options)
    if (options === 'ro') expect(kind).toBe('native')
    else expect(reason).toContain('its file system allows no execution, as one that is mounted with noexec')
  })
}

test('a binding with a symbol that is not there, as each loader says it', () => {
  const { troubleInLoading } = require('../../lib/internal/binding-trouble.js')
  const said = (/** @type {string} */ message) => troubleInLoading({ message: 'all', cause: { message } })
  expect(said('/a/b.node: undefined symbol: napi_new')).toContain('or this Node: undefined symbol: napi_new')
  expect(said('Error relocating /a/b.node: gnu_get_libc_version: symbol not found')).toContain('does not fit this')
  expect(said('Error loading shared library ld-linux-x86-64.so.2: No such file')).toContain('ld-linux-x86-64.so.2')
  expect(said('%1 is not a valid Win32 application.')).toBe('not a valid Win32 application. Install ironloop again')
  expect(said("dlopen(/a): tried: '/a' (code signature invalid, file system sandbox blocked open)")).toContain('noexec')
})
