// Runs Jest as an unprivileged user where this process is root: root hides limits (64 pipes of 1 MB per user, the
// rights of files, who may kill whom).
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { root, run } from './steps.mjs'
import { jest } from './suites.mjs'

const NOBODY = { uid: 65534, gid: 65534 }
/** Of the directories that it is given, prints those that its user may search. */
const SEARCHABLE = `
  const { accessSync, constants } = require('node:fs')
  const maySearch = (directory) => {
    try {
      accessSync(directory, constants.X_OK)
      return true
    } catch {
      return false
    }
  }
  process.stdout.write(process.argv.slice(1).filter(maySearch).join(require('node:path').delimiter))`
/** Where nothing is asked of the system that depends on who asks. */
const FOLDERS = 'package bench buffer events internal fixtures examples cli loop stream timers wasm'.split(' ')
const RUNTIME = 'buffer bus document emitter loading loop readme timers'.split(' ').map((of) => `runtime/${of}[^/]*`)
const OF_NO_USER = [...FOLDERS, ...RUNTIME].map((path) => `/__test__/${path}(/|$)`)
const LEFT_OUT = new Set(['target', '.git', 'coverage', 'bench/results'])

/** @returns {Promise<import('./steps.mjs').Outcome>} */
export async function jestUnprivileged() {
  if (process.getuid?.() !== 0) return { note: 'not needed: so did all others' }
  const { status, output } = await run(process.execPath, ['--version'], { ...NOBODY, cwd: '/' })
  if (status !== 0) return { note: `not run: nobody else may run this node, ${output.trim()}` }

  // Of a program that is nowhere execvp(3) says EACCES if it may not search all of PATH, such as root's home.
  const directories = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const { output: PATH } = await run(process.execPath, ['-e', SEARCHABLE, '--', ...directories], {
    ...NOBODY,
    cwd: '/',
  })

  // The checkout may lie where only root can read.
  const directory = mkdtempSync(join(tmpdir(), 'ironloop-unprivileged-'))
  try {
    const copy = join(directory, 'ironloop')
    const filter = (/** @type {string} */ file) => !LEFT_OUT.has(relative(root, file))
    cpSync(root, copy, { recursive: true, verbatimSymlinks: true, filter })
    await run('chown', ['-R', `${NOBODY.uid}:${NOBODY.gid}`, directory])
    const cache = join(directory, 'cache')
    const args = ['--rootDir', copy, '--cacheDirectory', cache, '--testPathIgnorePatterns', ...OF_NO_USER]
    return await jest(args, { ...NOBODY, cwd: copy, env: { HOME: directory, PATH } })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
