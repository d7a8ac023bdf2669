// Runs Jest as an unprivileged user where this process is root: root hides limits (64 pipes of 1 MB per user, the
// rights of files, who may kill whom).
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { root, run } from './steps.mjs'
import { jest } from './suites.mjs'

const NOBODY = { uid: 65534, gid: 65534 }
// What lies in root's home nobody else may search, and execvp(3) then says EACCES for a program that is nowhere.
const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((directory) => !directory.startsWith(homedir()))
  .join(delimiter)
const LEFT_OUT = new Set(['target', '.git', 'coverage', 'bench/results'])

/** @returns {Promise<import('./steps.mjs').Outcome>} */
export async function jestUnprivileged() {
  if (process.getuid?.() !== 0) return { note: 'not needed: so did all others' }
  const { status, output } = await run(process.execPath, ['--version'], { ...NOBODY, cwd: '/' })
  if (status !== 0) return { note: `not run: nobody else may run this node, ${output.trim()}` }

  // The checkout may lie where only root can read.
  const directory = mkdtempSync(join(tmpdir(), 'ironloop-unprivileged-'))
  try {
    const copy = join(directory, 'ironloop')
    const filter = (/** @type {string} */ file) => !LEFT_OUT.has(relative(root, file))
    cpSync(root, copy, { recursive: true, verbatimSymlinks: true, filter })
    await run('chown', ['-R', `${NOBODY.uid}:${NOBODY.gid}`, directory])
    // What packing and installing do depends on no user.
    const args = [
      '--rootDir',
      copy,
      '--cacheDirectory',
      join(directory, 'cache'),
      '--testPathIgnorePatterns',
      '/package/',
      '/fixtures/',
    ]
    return await jest(args, { ...NOBODY, cwd: copy, env: { HOME: directory, PATH } })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
