'use strict'

// What git knows of the tree. The repository may be a stranger's: nothing that its configuration can name is run (hooks,
// file-system monitors, text converters, signature checkers), nothing is fetched and nothing is written.

const MAX_COMMITS = 3000
const LOG_TIMEOUT = 60_000
const LIST_TIMEOUT = 30_000

const SAFE = ['--no-pager', '--no-optional-locks']
  .concat('-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false')
  .concat('-c', 'core.hooksPath=/dev/null', '-c', 'log.showSignature=false')
const ENV = { GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' }

/** @typedef {{ commits: number, added: number, removed: number }} Churn */
/** @typedef {{ cwd: string, engine: import('../engine/engine').Engine, signal: AbortSignal }} Repository */

/** @param {Repository} repository @param {string[]} args @param {number} timeout */
const gitLines = ({ cwd, engine, signal }, args, timeout) =>
  engine.lines('git', [...SAFE, ...args], { cwd, env: ENV, signal, timeout })

/** @param {{ exitCode: number | null, error?: Error & { code?: string } }} exit @returns {string | undefined} */
function whyNot({ exitCode, error }) {
  if (exitCode === 0) return undefined
  if (error?.code === 'ENOENT') return 'git is not installed'
  if (exitCode === 128) return 'not a git repository'
  return error ? `git failed (${error.message})` : 'git was cut short'
}

/** git puts names with control characters or quotes in C quotes. @param {string} name */
function unquote(name) {
  if (!name.startsWith('"')) return name
  try {
    return JSON.parse(name)
  } catch {
    return name
  }
}

/**
 * `git ls-files`: the tracked files.
 * @param {Repository} repository
 * @param {{ tracked: number }} progress
 */
async function readTracked(repository, progress) {
  /** @type {Set<string>} */
  const files = new Set()
  const output = gitLines(repository, ['ls-files'], LIST_TIMEOUT)
  for await (const line of output) {
    files.add(unquote(line))
    progress.tracked = files.size
  }
  return { files, problem: whyNot(await output.exited) }
}

/**
 * `git log --numstat`: how often, and by how many lines, each file has changed.
 * @param {Repository} repository
 * @param {{ commits: number }} progress
 */
async function readChurn(repository, progress) {
  /** @type {Map<string, Churn>} */
  const files = new Map()
  const args = ['log', `--max-count=${MAX_COMMITS}`, '--format=%x01', '--numstat', '--relative', '--no-merges']
  const output = gitLines(
    repository,
    [...args, '--no-renames', '--no-ext-diff', '--no-textconv', '--', '.'],
    LOG_TIMEOUT
  )
  for await (const line of output) {
    if (line.startsWith('\x01')) progress.commits++
    else if (line !== '') addChurn(files, line)
  }
  return { files, commits: progress.commits, problem: whyNot(await output.exited) }
}

/** @param {Map<string, Churn>} files @param {string} line added, removed and name, with tabs between; "-" when binary */
function addChurn(files, line) {
  const [added, removed, ...name] = line.split('\t')
  const path = unquote(name.join('\t'))
  const churn = files.get(path) ?? { commits: 0, added: 0, removed: 0 }
  churn.commits++
  churn.added += Number.parseInt(added, 10) || 0
  churn.removed += Number.parseInt(removed, 10) || 0
  files.set(path, churn)
}

module.exports = { gitLines, readChurn, readTracked, whyNot }
