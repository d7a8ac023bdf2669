'use strict'

// `npm ls --all --json`, read while it is printed: who asks for which version of a package, and what npm finds wrong.

const { existsSync } = require('node:fs')
const { basename, dirname, join } = require('node:path')
const { PrettyJsonReader } = require('./pretty-json.js')

const TIMEOUT = 120_000
const ARGS = ['ls', '--all', '--json', '--prefix=.', '--offline', '--no-update-notifier', '--no-fund']

/** @typedef {{ name: string, version: string, depth: number }} Dependency */

/** The npm that started this program, else the one of this Node, else the one in PATH. @returns {[string, string[]]} */
function npmCommand() {
  const started = process.env.npm_execpath ?? ''
  if (basename(started) === 'npm-cli.js') return [process.execPath, [started]]
  const besideNode = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')
  if (process.platform === 'win32' && existsSync(besideNode)) return [process.execPath, [besideNode]]
  return ['npm', []]
}

class DependencyTree {
  constructor() {
    /** Who depends on "name@version". @type {Map<string, Set<string>>} */
    this.dependants = new Map()
    /** @type {string[]} */
    this.problems = []
    /** @type {Dependency[]} */
    this.open = []
    this.reader = new PrettyJsonReader({
      leaf: (path, key, value) => this.leaf(path, key, value),
      close: (path) => {
        if (this.open.at(-1)?.depth === path.length) this.open.pop()
      },
    })
  }

  /** @param {string[]} path @param {string} key @param {unknown} value */
  leaf(path, key, value) {
    if (key === 'version' && path.length >= 3 && path.at(-2) === 'dependencies') {
      this.add({ name: path[path.length - 1], version: String(value), depth: path.length })
    } else if (path.length === 2 && path[1] === 'problems') this.problems.push(String(value))
  }

  /** @param {Dependency} dependency */
  add(dependency) {
    const parent = this.open.at(-1)
    const id = `${dependency.name}@${dependency.version}`
    const dependants = this.dependants.get(id) ?? new Set()
    dependants.add(parent ? `${parent.name}@${parent.version}` : '(this project)')
    this.dependants.set(id, dependants)
    this.open.push(dependency)
  }
}

/**
 * @param {{ cwd: string, engine: import('../engine/engine').Engine, signal: AbortSignal }} project
 * @param {{ packages: number }} progress
 */
async function readDependencyTree({ cwd, engine, signal }, progress) {
  const tree = new DependencyTree()
  if (!existsSync(join(cwd, 'package.json'))) return { tree, problem: 'no package.json' }
  const [file, args] = npmCommand()
  const output = engine.lines(file, [...args, ...ARGS], { cwd, signal, timeout: TIMEOUT })
  for await (const line of output) {
    tree.reader.feed(line)
    progress.packages = tree.dependants.size
  }
  return { tree, problem: whyNot(await output.exited, tree.reader) }
}

/** npm exits with 1 when it finds problems in the tree. @param {{ exitCode: number | null, error?: Error & { code?: string } }} exit @param {PrettyJsonReader} reader */
function whyNot({ exitCode, error }, reader) {
  if (error?.code === 'ENOENT') return 'npm is not installed'
  if (exitCode !== 0 && exitCode !== 1) return 'npm ls was cut short'
  return reader.valid && reader.path.length === 0 ? undefined : 'npm ls printed no JSON'
}

module.exports = { readDependencyTree }
