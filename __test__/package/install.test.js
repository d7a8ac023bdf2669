'use strict'

// What a user's machine sees: both tarballs, as they are published, installed into an empty project without a network.

const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { triple: platformTriple } = require('../../lib/internal/platform.js')
const { filesBelow } = require('../fixtures/package/tree.js')
const { root, runNode } = require('../fixtures/package/run-node.js')

const LONG_MS = 120_000
const fixtures = path.join(root, '__test__/fixtures/package/project')
const tool = (/** @type {string} */ file) => path.join(root, 'node_modules', file)
const triple = platformTriple()

const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-install-')))
afterAll(() => fs.rmSync(base, { recursive: true, force: true }))

/** @type {{ main: any, platforms: any[] }} */
let packed
const project = path.join(base, 'project')

beforeAll(() => {
  // As in the release's workflow.
  const env = { GITHUB_SERVER_URL: 'https://git.example', GITHUB_REPOSITORY: 'someone/ironloop' }
  const { status, stdout, stderr } = runNode(['scripts/pack.mjs', '--out', path.join(base, 'tarballs')], { env })
  if (status !== 0) throw new Error(`packing failed: ${stderr}`)
  packed = JSON.parse(stdout)
  install(project, [packed.main, ...packed.platforms])
  fs.cpSync(fixtures, project, { recursive: true })
}, LONG_MS)

function install(/** @type {string} */ directory, /** @type {any[]} */ packages) {
  fs.mkdirSync(directory)
  fs.writeFileSync(path.join(directory, 'package.json'), '{ "name": "empty", "private": true }')
  const args = ['install', '--offline', '--no-audit', '--no-fund', ...packages.map(({ tarball }) => tarball)]
  const options = { cwd: directory, encoding: /** @type {const} */ ('utf8'), shell: process.platform === 'win32' }
  const { status, stdout, stderr } = spawnSync('npm', args, options)
  if (status !== 0) throw new Error(`npm install failed: ${stdout}${stderr}`)
}

/** Runs in the project; the answer is what the program printed last, as JSON. */
function inProject(/** @type {string[]} */ args, /** @type {string} */ directory = project) {
  const { status, stdout, stderr } = runNode(args, { cwd: directory })
  if (status !== 0) throw new Error(`exit code ${status}: ${stdout}${stderr}`)
  return stdout.trim()
}

const EXPECTED = { kind: 'native', triple, version: require('../../package.json').version, same: true }

test('each tarball names the repository that its provenance is checked against', () => {
  for (const { stage } of [packed.main, ...packed.platforms]) {
    const { repository } = JSON.parse(fs.readFileSync(path.join(stage, 'package.json'), 'utf8'))
    expect(repository).toEqual({ type: 'git', url: 'git+https://git.example/someone/ironloop.git' })
  }
})

test('neither tarball has scripts, and the main one no dependencies but its platform packages', () => {
  for (const { stage } of [packed.main, ...packed.platforms]) {
    const manifest = JSON.parse(fs.readFileSync(path.join(stage, 'package.json'), 'utf8'))
    expect(manifest.scripts).toBeUndefined()
    expect(manifest.dependencies).toBeUndefined()
    expect(manifest.devDependencies).toBeUndefined()
  }
  const installed = JSON.parse(fs.readFileSync(path.join(project, 'node_modules/ironloop/package.json'), 'utf8'))
  const expected = packed.platforms.map(({ name }) => [name, installed.version])
  expect(Object.entries(installed.optionalDependencies)).toEqual(expect.arrayContaining(expected))
})

test('the main tarball carries no native addon, no tests, no sources in Rust', () => {
  expect(packed.main.files.filter((/** @type {string} */ file) => /\.(node|rs|tgz)$|test|fixture/.test(file))).toEqual(
    []
  )
})

test('installing runs nothing and brings nothing else', () => {
  const brought = fs.readdirSync(path.join(project, 'node_modules')).filter((name) => !name.startsWith('.'))
  expect(brought).toEqual(['ironloop', ...packed.platforms.map(({ name }) => name)].sort())
})

test('a CommonJS program', () => {
  expect(JSON.parse(inProject(['program.cjs']))).toEqual(EXPECTED)
})

test('an ES module', () => {
  expect(JSON.parse(inProject(['program.mjs']))).toEqual(EXPECTED)
})

test.each([
  ['node16', 'node16'],
  ['bundler', 'esnext'],
])(
  'TypeScript with moduleResolution %s, in an ES module and in CommonJS',
  (resolution, module) => {
    const types = path.join(project, 'node_modules/@types')
    if (!fs.existsSync(types)) {
      fs.mkdirSync(types)
      fs.symlinkSync(tool('@types/node'), path.join(types, 'node'), 'junction')
      fs.symlinkSync(tool('undici-types'), path.join(project, 'node_modules/undici-types'), 'junction')
    }
    const options = ['--moduleResolution', resolution, '--module', module, '--target', 'es2022', '--types', 'node']
    const strict = ['--strict', '--noEmit', '--skipLibCheck']
    const files = resolution === 'node16' ? ['typed.mts', 'typed.cts'] : ['typed.mts']
    expect(inProject([tool('typescript/bin/tsc'), ...options, ...strict, ...files])).toBe('')
  },
  LONG_MS
)

test(
  'a Jest test that requires ironloop',
  () => {
    const { status, stderr } = runNode(
      [tool('jest/bin/jest.js'), '--rootDir', project, '--config', '{}', '--no-cache'],
      {
        cwd: project,
      }
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('2 passed') })
  },
  LONG_MS
)

test.each(['cjs', 'mjs'])('an esbuild bundle of program.%s with ironloop external', (extension) => {
  require('esbuild').buildSync({
    absWorkingDir: project,
    entryPoints: [`program.${extension}`],
    outfile: `built/esbuild.${extension}`,
    bundle: true,
    platform: 'node',
    format: extension === 'mjs' ? 'esm' : 'cjs',
    external: ['ironloop'],
  })
  expect(JSON.parse(inProject([`built/esbuild.${extension}`]))).toEqual(EXPECTED)
})

test(
  'a webpack bundle with ironloop external',
  () => {
    expect(inProject([path.join(root, '__test__/fixtures/package/webpack.js'), project])).toBe('')
    expect(JSON.parse(inProject(['built/webpack.cjs']))).toEqual(EXPECTED)
  },
  LONG_MS
)

test(
  'without a binary for the platform, and without WASM: one clear error with its name',
  () => {
    const bare = path.join(base, 'bare')
    install(bare, [packed.main])
    // A checkout may have the WASM build, which would take its place: __test__/wasm sees to that.
    fs.rmSync(path.join(bare, 'node_modules/ironloop/native/wasm'), { recursive: true })
    fs.copyFileSync(path.join(fixtures, 'without-binding.cjs'), path.join(bare, 'without-binding.cjs'))
    const { code, message, kind } = JSON.parse(inProject(['without-binding.cjs'], bare))
    expect(code).toBe('ERR_NATIVE_BINDING_MISSING')
    expect(message).toContain(`ironloop-${triple}`)
    expect(message).not.toContain('\n')
    expect(kind).toBe('none')
  },
  LONG_MS
)

test('every installed file of the main package was in the list that was packed', () => {
  expect(
    filesBelow(project, 'node_modules/ironloop').map((file) => file.slice('node_modules/ironloop/'.length))
  ).toEqual(packed.main.files)
})
