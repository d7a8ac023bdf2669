'use strict'

// The job itself, the same for every engine: the walk feeds the workers while git and npm print; then the hottest files
// are blamed and the answer is put together.

const { availableParallelism } = require('node:os')
const { setImmediate: nextTurn } = require('node:timers/promises')
const { describeTree } = require('./answer/answer.js')
const { worthEstimating } = require('./answer/hot-spots.js')
const { measureRun, watchLoop } = require('./measure.js')
const { eachUnordered } = require('./tree/each-unordered.js')
const { readChurn, readTracked } = require('./tree/git.js')
const { readHistory } = require('./tree/history.js')
const { readDependencyTree } = require('./tree/npm-ls.js')
const { Tally } = require('./tree/tally.js')
const { Walk } = require('./tree/walk.js')

const MAX_THREADS = 8
const LOST_FINDINGS_MS = 5000

/** @typedef {import('./engine/engine').Crew} Crew */
/** @typedef {Map<string, import('./tree/git').Churn>} ChurnByFile */

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
    const { engine, threads, tally } = this
    const longestBlock = watchLoop()
    const tree = await this.examine()
    const facts = { engine: engine.name, threads, bytes: tally.bytes, longestBlockMs: longestBlock() }
    return { ...tree, run: measureRun(facts) }
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

  /** @param {Crew} crew */
  async examineWith(crew) {
    const { root, engine, signal, tally, progress } = this
    const source = { cwd: root, engine, signal }
    // Each starts in a turn of its own: together they would be the longest block of all.
    const started = /** @type {const} */ ([
      nextTurn().then(() => this.readFiles(crew)),
      nextTurn().then(() => readTracked(source, progress)),
      nextTurn()
        .then(nextTurn)
        .then(() => readChurn(source, progress)),
      nextTurn()
        .then(nextTurn)
        .then(nextTurn)
        .then(() => readDependencyTree(source, progress)),
    ])
    try {
      const [, tracked, churn, npm] = await Promise.all(started)
      signal.throwIfAborted()
      await this.estimate(crew, churn.files)
      progress.phase = 'dating'
      const history = await readHistory(source, tally, tracked, churn, progress)
      signal.throwIfAborted()
      return await describeTree({ root, tally, walked: this.walk.counts, history, npm })
    } finally {
      await Promise.allSettled(started)
    }
  }

  /** @param {Crew} crew */
  async readFiles(crew) {
    const { tally, walk } = this
    const read = (/** @type {string} */ path) => this.survive(crew.examine(path), (code) => unreadFacts(path, code))
    await eachUnordered(walk, read, (facts) => tally.addFile(facts), crew.limit)
    await tally.allFindings(LOST_FINDINGS_MS)
    this.progress.walked = true
  }

  /** @param {Crew} crew @param {ChurnByFile} churn */
  async estimate(crew, churn) {
    const { scores, unscored } = this.tally
    const estimate = async (/** @type {string} */ path) => {
      const complexity = await this.survive(crew.estimate(path), () => undefined)
      if (complexity !== undefined) scores.set(path, { complexity })
    }
    await eachUnordered(worthEstimating(unscored, churn), estimate, () => {}, crew.limit)
  }

  /**
   * A file that brings its worker down is a failed file, not the end.
   * @template Result, Instead
   * @param {Promise<Result>} work
   * @param {(code: string) => Instead} otherwise
   * @returns {Promise<Result | Instead>}
   */
  async survive(work, otherwise) {
    try {
      return await work
    } catch (error) {
      this.signal.throwIfAborted()
      const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
      return otherwise(code ?? message)
    }
  }
}

/** @param {string} path @param {string} error @returns {import('./worker/examine-file').FileFacts} */
function unreadFacts(path, error) {
  return { path, size: 0, state: 'failed', error, published: 0, hits: { secret: 0, dynamic: 0, mark: 0 } }
}

module.exports = { Job }
