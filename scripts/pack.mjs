// Packs ironloop and its platform packages as they are published.
//
//   node scripts/pack.mjs [--out DIR]   writes the tarballs (default target/pack) and prints one JSON object about them
//   node scripts/pack.mjs --all         packs also the platforms that are not built, without their binaries
//   node scripts/pack.mjs --accept      writes the list of files that `npm run check` holds the main package to
//
// The published package.json is the checkout's without what only a checkout needs, and with the platform packages as
// optional dependencies of exactly this version. The checkout itself has none: before a release they are in no registry.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writePoolWorker } from './pool-worker.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const ACCEPTED = join(root, 'npm', 'packed-files.txt')
const ONLY_IN_A_CHECKOUT = ['scripts', 'devDependencies', 'overrides', 'napi']

const outAt = process.argv.indexOf('--out')
const out = outAt > 0 ? resolve(process.argv[outAt + 1]) : join(root, 'target', 'pack')

rmSync(out, { recursive: true, force: true })
await writePoolWorker()
const triples = readdirSync(join(root, 'npm')).filter((name) => existsSync(join(root, 'npm', name, 'package.json')))
const main = packMain()
if (process.argv.includes('--accept')) {
  writeFileSync(ACCEPTED, `${main.files.join('\n')}\n`)
} else {
  const built = triples.filter((triple) => existsSync(join(root, 'native', addonOf(triple))))
  const accepted = readFileSync(ACCEPTED, 'utf8').trim().split('\n')
  const unbuilt = triples.filter((triple) => process.argv.includes('--all') && !built.includes(triple))
  const packed = { main, platforms: built.map(packPlatform), unbuilt: unbuilt.map(packPlatform), accepted }
  console.log(JSON.stringify(packed, null, 2))
}

function packMain() {
  const stage = join(out, 'ironloop')
  for (const file of npmPack(root, ['--dry-run']).files) {
    mkdirSync(dirname(join(stage, file)), { recursive: true })
    copyFileSync(join(root, file), join(stage, file))
  }
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const key of ONLY_IN_A_CHECKOUT) delete manifest[key]
  const platforms = triples.map((triple) => [`ironloop-${triple}`, manifest.version])
  manifest.optionalDependencies = { ...manifest.optionalDependencies, ...Object.fromEntries(platforms) }
  writeManifest(stage, manifest)
  return npmPack(stage, ['--pack-destination', out])
}

/** @param {string} triple */
function packPlatform(triple) {
  const stage = join(out, `ironloop-${triple}`)
  cpSync(join(root, 'npm', triple), stage, { recursive: true })
  writeManifest(stage, JSON.parse(readFileSync(join(stage, 'package.json'), 'utf8')))
  for (const file of [addonOf(triple), `ironloop-warden.${triple}`]) {
    const built = join(root, 'native', file)
    if (!existsSync(built)) continue
    copyFileSync(built, join(stage, file))
    chmodSync(join(stage, file), 0o755) // npm keeps it in the tarball
  }
  for (const license of ['LICENSE-MIT', 'LICENSE-APACHE']) copyFileSync(join(root, license), join(stage, license))
  return npmPack(stage, ['--pack-destination', out])
}

/**
 * Provenance asks for the repository that the release is built in: what the workflow says of itself, unless the manifest does.
 * @param {string} stage
 * @param {Record<string, any>} manifest
 */
function writeManifest(stage, manifest) {
  const { GITHUB_REPOSITORY: name, GITHUB_SERVER_URL: server = 'https://github.com' } = process.env
  const repository = name === undefined ? undefined : { type: 'git', url: `git+${server}/${name}.git` }
  const text = JSON.stringify({ repository, ...manifest }, null, 2)
  writeFileSync(join(stage, 'package.json'), `${text}\n`)
}

/** @param {string} triple */
function addonOf(triple) {
  return `ironloop.${triple}.node`
}

/**
 * @param {string} directory
 * @param {string[]} args
 */
function npmPack(directory, args) {
  const command = ['pack', '--json', '--ignore-scripts', ...args]
  const { status, stdout, stderr } = spawnSync('npm', command, {
    cwd: directory,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`npm pack in ${directory}: ${stderr}`)
  const printed = JSON.parse(stdout)
  // An array up to npm 11, then an object by package name.
  const [facts] = Array.isArray(printed) ? printed : Object.values(printed)
  const files = facts.files.map((/** @type {{ path: string }} */ file) => file.path).sort()
  const tarball = join(out, facts.filename)
  return { name: facts.name, stage: directory, tarball, bytes: facts.size, unpackedBytes: facts.unpackedSize, files }
}
