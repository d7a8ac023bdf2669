// What JavaScript alone can do: a pool that puts all tasks of one turn into one message per worker. It has no
// cancellation, no timeouts, no fairness, and it loses what a dying worker had; it is here as a measure, not as a pool.
import { Worker } from 'node:worker_threads'

export class BatchedPool {
  #workers
  #settle = new Map()
  #waiting = []
  #next = 0
  #turn = 0
  #flush = () => {
    const share = Math.ceil(this.#waiting.length / this.#workers.length)
    for (let from = 0; from < this.#waiting.length; from += share) {
      this.#workers[this.#turn++ % this.#workers.length].postMessage(this.#waiting.slice(from, from + share))
    }
    this.#waiting = []
  }

  constructor(threads) {
    this.#workers = Array.from({ length: threads }, () => {
      const worker = new Worker(new URL('batched-pool.worker.mjs', import.meta.url))
      worker.on('message', (batch) => {
        for (const [id, result] of batch) {
          this.#settle.get(id)(result)
          this.#settle.delete(id)
        }
      })
      return worker
    })
  }

  run(task) {
    if (this.#waiting.length === 0) queueMicrotask(this.#flush)
    const id = this.#next++
    this.#waiting.push([id, task])
    return new Promise((resolve) => this.#settle.set(id, resolve))
  }

  close() {
    return Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}
