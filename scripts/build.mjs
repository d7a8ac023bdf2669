// Builds the native addon into native/. Run by `npm install` in a checkout (prepare), never from a tarball.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const MINIMUM_RUST = [1, 88]

/** What is missing to build, in one line, or undefined. */
function missingPrerequisite() {
  const rustc = spawnSync('rustc', ['--version'], { encoding: 'utf8' })
  if (rustc.error || rustc.status !== 0) {
    return `Rust >= ${MINIMUM_RUST.join('.')} is missing: \`rustc\` was not found (https://rustup.rs installs it).`
  }
  const [major, minor] = rustc.stdout.split(' ')[1].split('.').map(Number)
  if (major < MINIMUM_RUST[0] || (major === MINIMUM_RUST[0] && minor < MINIMUM_RUST[1])) {
    return `Rust >= ${MINIMUM_RUST.join('.')} is needed, found ${major}.${minor} (\`rustup update\` brings it).`
  }
  if (spawnSync('cargo', ['--version']).error) {
    return 'cargo is missing: it comes with Rust (https://rustup.rs installs both).'
  }
  const compiler = process.env.CC ?? 'cc'
  if (process.platform !== 'win32' && spawnSync(compiler, ['--version']).error) {
    return `A C compiler is missing: \`${compiler}\` was not found (on Debian: apt-get install gcc; on macOS: xcode-select --install).`
  }
}

const missing = missingPrerequisite()
if (missing) {
  console.error(`ironloop: cannot build the native addon. ${missing}`)
  process.exit(1)
}

const profileAt = process.argv.indexOf('--profile')
const profile = profileAt > 0 ? ['--profile', process.argv[profileAt + 1]] : ['--release']
const cli = createRequire(import.meta.url).resolve('@napi-rs/cli/package.json')
const napi = cli.replace('package.json', 'dist/cli.js')
const built = spawnSync(
  process.execPath,
  [napi, 'build', '--platform', ...profile, '--output-dir', 'native', '--js', 'binding.js', '--dts', 'binding.d.ts'],
  { cwd: root, stdio: 'inherit' }
)
process.exit(built.status ?? 1)
