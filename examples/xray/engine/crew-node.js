'use strict'

// A small pool on worker_threads: several files in flight per worker, so that none waits for the main thread.

const { once } = require('node:events')
const { join } = require('node:path')
const { Worker } = require('node:worker_threads')

const FILES_IN_FLIGHT_PER_WORKER = 32

/** @typedef {import('../worker/examine-file').FileFacts} FileFacts */
/** @typedef {{ resolve(result: any): void, reject(error: Error): void }} Waiting */
/** @typedef {{ worker: Worker, waiting: Map<number, Waiting>, served: number }} Member */

class NodeCrew {
  /** @param {import('./engine').CrewOptions} options */
  constructor({ root, threads, onFinding }) {
    this.root = root
    this.onFinding = onFinding
    this.limit = threads * FILES_IN_FLIGHT_PER_WORKER
    this.nextId = 0
    this.closing = false
    /** @type {Member[]} */
    this.members = []
    for (let i = 0; i < threads; i++) this.hire()
  }

  hire() {
    const worker = new Worker(join(__dirname, 'worker-node.js'), { workerData: { root: this.root } })
    /** @type {Member} */
    const member = { worker, waiting: new Map(), served: 0 }
    worker.on('message', ({ id, result, finding }) => {
      if (finding) return this.onFinding(finding)
      member.waiting.get(id)?.resolve(result)
      member.waiting.delete(id)
      member.served++
    })
    let cause = new Error('the worker thread ended')
    worker.on('error', (error) => (cause = error))
    worker.on('exit', () => this.replace(member, cause))
    this.members.push(member)
  }

  /** A worker that died fails its own files; another takes its place, unless it could not even start. @param {Member} member @param {Error} cause */
  replace(member, cause) {
    this.members.splice(this.members.indexOf(member), 1)
    for (const { reject } of member.waiting.values()) reject(cause)
    if (!this.closing && member.served > 0) this.hire()
  }

  /** @param {string} path @returns {Promise<FileFacts>} */
  examine(path) {
    return this.run('examine', path)
  }

  /** @param {string} path @returns {Promise<number | undefined>} */
  estimate(path) {
    return this.run('estimate', path)
  }

  /** @param {'examine' | 'estimate'} work @param {string} path @returns {Promise<any>} */
  run(work, path) {
    if (this.closing || this.members.length === 0) return Promise.reject(new Error('there is no worker thread'))
    const member = this.members.reduce((a, b) => (b.waiting.size < a.waiting.size ? b : a))
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      member.waiting.set(id, { resolve, reject })
      member.worker.postMessage({ id, work, path })
    })
  }

  async close() {
    this.closing = true
    await Promise.all(this.members.map(({ worker }) => Promise.all([once(worker, 'exit'), worker.terminate()])))
  }
}

/** @param {import('./engine').CrewOptions} options */
const openCrew = (options) => new NodeCrew(options)

module.exports = { openCrew }
