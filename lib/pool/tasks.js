'use strict'

// The promises of run() by task id. An id is a place in flat arrays: two closures and no record per task.
//
// Invariant: an id is given out again only when the scheduler knows no task by it any more. A task that was settled
// early (aborted, timed out) while it still runs keeps its id: it is held.

/** @type {(value: any) => void} */
let lastResolve
/** @type {(error: unknown) => void} */
let lastReject
/** @type {ConstructorParameters<PromiseConstructor>[0]} */
const capture = (resolve, reject) => {
  lastResolve = resolve
  lastReject = reject
}

class Tasks {
  /** @type {(((value: any) => void) | undefined)[]} */
  #resolve = []
  /** @type {(((error: unknown) => void) | undefined)[]} */
  #reject = []
  /** @type {number[]} */
  #free = []
  /** Promises that have not settled. */
  pending = 0
  /** Settled tasks that still run. */
  held = 0
  /** The id of the promise that `open` made last. */
  lastId = 0

  /** @returns {Promise<any>} */
  open() {
    const promise = new Promise(capture)
    const id = this.#free.pop() ?? this.#resolve.length
    this.#resolve[id] = lastResolve
    this.#reject[id] = lastReject
    this.pending++
    this.lastId = id
    return promise
  }

  /** @param {number} id */
  isPending(id) {
    return this.#resolve[id] !== undefined
  }

  /**
   * @param {number} id
   * @param {unknown} value
   */
  resolve(id, value) {
    const resolve = this.#resolve[id]
    if (resolve !== undefined) {
      this.#settle(id)
      resolve(value)
    }
  }

  /**
   * @param {number} id
   * @param {unknown} error
   */
  reject(id, error) {
    const reject = this.#reject[id]
    if (reject !== undefined) {
      this.#settle(id)
      reject(error)
    }
  }

  /** @param {number} id */
  #settle(id) {
    this.#resolve[id] = undefined
    this.#reject[id] = undefined
    this.pending--
    this.held++
  }

  /**
   * The scheduler is done with a settled task.
   * @param {number} id
   */
  release(id) {
    this.held--
    this.#free.push(id)
  }

  /** @returns {number[]} ids of promises that have not settled */
  pendingIds() {
    /** @type {number[]} */
    const ids = []
    this.#resolve.forEach((resolve, id) => {
      if (resolve !== undefined) ids.push(id)
    })
    return ids
  }
}

module.exports = { Tasks }
