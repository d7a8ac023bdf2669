// Writes npm/<triple>/package.json and README.md of every platform, from the table in targets.mjs.
//
//   node scripts/npm-packages.mjs           writes them, and the targets in package.json
//   node scripts/npm-packages.mjs --check   exits with 1 and names the files that differ from what it would write
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { platforms } from './targets.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const main = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const checks = process.argv.includes('--check')

const wanted = new Map(platforms.flatMap((platform) => [...filesOf(platform)]))
main.napi.targets = platforms.map(({ target }) => target)
wanted.set('package.json', json(main))

const known = readdirSync(join(root, 'npm'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
const stale = known.map(({ name }) => name).filter((name) => !platforms.some(({ triple }) => triple === name))
const different = [...wanted].filter(([file, text]) => read(file) !== text).map(([file]) => file)

if (checks) {
  const wrong = [...different, ...stale.map((name) => `npm/${name}`)]
  for (const file of wrong) console.error(`${file} is not what \`node scripts/npm-packages.mjs\` writes`)
  process.exitCode = wrong.length === 0 ? 0 : 1
} else {
  for (const name of stale) rmSync(join(root, 'npm', name), { recursive: true })
  for (const file of different) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), wanted.get(file) ?? '')
    console.log(file)
  }
}

/** @param {import('./targets.mjs').Platform} platform */
function filesOf({ triple, os, cpu, libc, name }) {
  const addon = `ironloop.${triple}.node`
  // The executable that owns process trees is Linux's alone: the others have nothing to put in its place, or a job.
  const warden = os === 'linux' ? [`ironloop-warden.${triple}`] : []
  const manifest = {
    name: `ironloop-${triple}`,
    version: main.version,
    description: `The native part of ironloop for ${name}`,
    license: main.license,
    ...(main.repository && { repository: main.repository }),
    os: [os],
    cpu: [cpu],
    ...(libc && { libc: [libc] }),
    main: addon,
    files: [addon, ...warden, 'LICENSE-MIT', 'LICENSE-APACHE'],
    engines: main.engines,
  }
  const readme = `# ironloop-${triple}

The native part of [ironloop](https://www.npmjs.com/package/ironloop) for ${name}. \`npm install ironloop\`
brings it where it fits; there is no reason to install it by hand.
`
  return new Map([
    [`npm/${triple}/package.json`, json(manifest)],
    [`npm/${triple}/README.md`, readme],
  ])
}

/** @param {object} value */
function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** @param {string} file */
function read(file) {
  return existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined
}
