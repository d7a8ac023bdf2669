'use strict'

// The job itself, the same for every engine: the walk feeds the workers while git and npm print; then the hottest files
// are blamed and the answer is put together.

const { monitorEventLoopDelay, performance } = require('node:perf_hooks')
const { availableParallelism } = require('node:os')
const { describeTree } = require('./answer/answer.js')
const { worthEstimating } = require('./answer/hot-spots.js')
const { eachUnordered } = require('./tree/each-unordered.js')
const { readChurn, readTracked } = require('./tree/git.js')
const { readHistory } = require('./tree/history.js')
const { readDependencyTree } = require('./tree/npm-ls.js')
const { Tally } = require('./tree/tally.js')
const { Walk } = require('./tree/walk.js')

const MAX_THREADS = 8
const LOOP_CHECK_MS = 1
const LOST_FINDINGS_MS = 5000

const newProgress = () => ({
  phase: 'reading',
  walked: false,
  tracked: 0,
  commits: 0,
  packages: 0,
  blamed: 0,
  toBlame: 0,
})

class Job {
  /** @param {string} root @param {import('./engine/engine').Engine} engine @param {AbortSignal} signal */
  constructor(root, engine, signal) {
    this.root = root
    this.engine = engine
    this.signal = signal
    this.tally = new Tally()
    this.walk = new Walk(root, signal)
    this.progress = newProgress()
    this.threads = Math.min(MAX_THREADS, Number(process.env.IRONLOOP_CPUS) || availableParallelism())
  }

  /** @returns {Promise<import('./answer/answer').Answer>} */
  async run() {
    const delay = monitorEventLoopDelay({ resolution: LOOP_CHECK_MS })
    delay.enable()
    const tree = await this.examine()
    delay.disable()
    return { ...tree, run: this.measure(Math.max(0, delay.max / 1e6 - LOOP_CHECK_MS)) }
  }

  async examine() {
    const { root, engine, threads, tally } = this
    const crew = engine.openCrew({ root, threads, onFinding: (finding) => tally.addFinding(finding) })
    const dismiss = () => void crew.close()
    this.signal.addEventListener('abort', dismiss)
    try {
      return await this.examineWith(crew)
    } finally {
      this.signal.removeEventListener('abort', dismiss)
      await crew.close()
    }
  }

  /** @param {import('./engine/engine').Crew} crew */
  async examineWith(crew) {
    const { root, engine, signal, tally, progress } = this
    const source = { cwd: root, engine, signal }
    const read = this.readFiles(crew)
    const tracking = readTracked(source, progress)
    const changes = readChurn(source, progress)
    const dependencies = readDependencyTree(source, progress)
    try {
      const [, tracked, churn, npm] = await Promise.all([read, tracking, changes, dependencies])
      signal.throwIfAborted()
      await this.estimate(crew, churn.files)
      progress.phase = 'dating'
      const history = await readHistory(source, tally, tracked, churn, progress)
      signal.throwIfAborted()
      return describeTree({ root, tally, walked: this.walk.counts, history, npm })
    } finally {
      await Promise.allSettled([read, tracking, changes, dependencies])
    }
  }

  /** @param {import('./engine/engine').Crew} crew */
  async readFiles(crew) {
    const { tally } = this
    await eachUnordered(
      this.walk,
      (path) => this.readFile(crew, path),
      (facts) => tally.addFile(facts),
      crew.limit
    )
    await tally.allFindings(LOST_FINDINGS_MS)
    this.progress.walked = true
  }

  /** @param {import('./engine/engine').Crew} crew @param {Map<string, import('./tree/git').Churn>} churn */
  async estimate(crew, churn) {
    const { scores, unscored } = this.tally
    const estimateOne = async (/** @type {string} */ path) => ({ path, complexity: await crew.estimate(path) })
    await eachUnordered(
      worthEstimating(unscored, churn),
      estimateOne,
      ({ path, complexity }) => void (complexity !== undefined && scores.set(path, { complexity })),
      crew.limit
    )
  }

  /** A file that brings its worker down is a failed file, not the end. @param {import('./engine/engine').Crew} crew @param {string} path */
  async readFile(crew, path) {
    try {
      return await crew.examine(path)
    } catch (error) {
      this.signal.throwIfAborted()
      return unreadFacts(path, /** @type {NodeJS.ErrnoException} */ (error))
    }
  }

  /** @param {number} longestBlockMs @returns {import('./answer/answer').Run} */
  measure(longestBlockMs) {
    const elapsedMs = performance.now()
    const { user, system } = process.cpuUsage()
    return {
      engine: this.engine.name,
      node: process.version,
      threads: this.threads,
      elapsedMs: round(elapsedMs),
      bytesPerSecond: Math.round(this.tally.bytes / (elapsedMs / 1000)),
      longestBlockMs: round(longestBlockMs),
      cpuMs: round((user + system) / 1000),
      maxRssBytes: process.resourceUsage().maxRSS * 1024,
    }
  }
}

/** @param {number} ms */
const round = (ms) => Math.round(ms * 10) / 10

/** @param {string} path @param {NodeJS.ErrnoException} error @returns {import('./worker/examine-file').FileFacts} */
function unreadFacts(path, { code, message }) {
  return {
    path,
    size: 0,
    state: 'failed',
    error: code ?? message,
    published: 0,
    hits: { secret: 0, dynamic: 0, mark: 0 },
  }
}

module.exports = { Job }
