'use strict'

// The path of pools with a `taskQueue` or a `loadBalancer`, whose decisions are JavaScript's: the scheduler holds each
// task until this side has chosen its thread. Slower than the scheduler's own way, and nothing is stolen.

const { FixedQueue } = require('./task-queues.js')

/** @typedef {import('./thread-face.js').ThreadFace} ThreadFace */

/**
 * A task as queues and balancers see it.
 * @typedef {object} QueuedTask
 * @property {number} taskId
 * @property {string | null} filename
 * @property {string} name
 * @property {number} created
 * @property {boolean} isAbortable
 */

/** @typedef {{ task: QueuedTask, seat: number }} Place seat: -1 while it waits */

const NONE = -1

/**
 * piscina's default: the least busy thread, none beyond `maximumUsage`, none that runs a task with a signal.
 * @param {{ maximumUsage: number }} options
 */
function leastBusyBalancer({ maximumUsage }) {
  return (/** @type {QueuedTask} */ task, /** @type {ThreadFace[]} */ threads) => {
    /** @type {ThreadFace | null} */
    let least = null
    for (const thread of threads) {
      if (thread.currentUsage === 0) return thread
      if (thread.isRunningAbortableTask || task.isAbortable || thread.currentUsage >= maximumUsage) continue
      if (least === null || thread.currentUsage < least.currentUsage) least = thread
    }
    return least
  }
}

class Assignment {
  #queue
  #balancer
  #isStrict
  #host
  /** Tasks that their thread could not take yet and that are not to be queued anew. @type {QueuedTask[]} */
  #skipped = []
  /** By id. @type {Map<number, Place>} */
  #places = new Map()
  /** Tasks of each thread, by seat. @type {Map<number, Set<QueuedTask>>} */
  #running = new Map()
  #isScheduled = false

  /**
   * @param {ReturnType<typeof import('./options.js').poolOptions>} options
   * @param {object} host
   * @param {() => ThreadFace[]} host.faces
   * @param {() => boolean} host.grow starts a thread; false when there are enough
   * @param {(id: number, seat: number) => boolean} host.assign
   */
  constructor({ taskQueue, loadBalancer, stricterFIFO, concurrentTasksPerWorker }, host) {
    this.#queue = taskQueue ?? new FixedQueue()
    this.#balancer = loadBalancer ?? leastBusyBalancer({ maximumUsage: concurrentTasksPerWorker })
    this.#isStrict = stricterFIFO === true
    this.#host = host
  }

  /** @param {QueuedTask} task */
  add(task) {
    this.#places.set(task.taskId, { task, seat: NONE })
    if (this.#queue.size > 0 || this.#skipped.length > 0) this.#queue.push(task)
    else this.#place(task)
    if (this.#queue.size > 0 || this.#skipped.length > 0) this.#host.grow()
    this.schedule()
  }

  /**
   * Gives a task to a thread, or back to the queue.
   * @param {QueuedTask} task
   */
  #place(task) {
    const place = this.#places.get(task.taskId)
    if (place === undefined || place.task !== task) return true // it has ended
    const chosen = this.#balancer(task, this.#host.faces())
    const seat = chosen?.seat ?? NONE
    if (seat !== NONE && this.#host.assign(task.taskId, seat)) {
      place.seat = seat
      this.#tasksOf(seat).add(task)
      return true
    }
    if (task.isAbortable) this.#isStrict ? this.#skipped.unshift(task) : this.#skipped.push(task)
    else if (this.#isStrict && this.#queue.unshift !== undefined) this.#queue.unshift(task)
    else this.#queue.push(task)
    return false
  }

  /** @param {number} seat */
  #tasksOf(seat) {
    let tasks = this.#running.get(seat)
    if (tasks === undefined) this.#running.set(seat, (tasks = new Set()))
    return tasks
  }

  /** Looks at the queue once the current code has run. */
  schedule() {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#distribute()
    })
  }

  #distribute() {
    while (this.#skipped.length > 0 || this.#queue.size > 0) {
      const task = this.#skipped.shift() ?? this.#queue.shift()
      if (task == null || (!this.#place(task) && !this.#host.grow())) return
    }
  }

  /**
   * A task is over.
   * @param {number} id
   */
  ended(id) {
    const place = this.#places.get(id)
    if (place === undefined) return
    this.#places.delete(id)
    if (place.seat === NONE) this.#unqueue(place.task)
    else this.#running.get(place.seat)?.delete(place.task)
    this.schedule()
  }

  /** @param {QueuedTask} task */
  #unqueue(task) {
    const index = this.#skipped.indexOf(task)
    if (index === -1) this.#queue.remove(task)
    else this.#skipped.splice(index, 1)
  }

  /**
   * A thread is gone.
   * @param {number} seat
   * @param {number[]} unassigned tasks that it had not started
   */
  lost(seat, unassigned) {
    this.#running.delete(seat)
    for (const id of unassigned) {
      const place = this.#places.get(id)
      if (place === undefined) continue
      place.seat = NONE
      this.#skipped.push(place.task)
    }
    this.schedule()
  }

  /**
   * As piscina counts: infinite while a task with a signal runs.
   * @param {number} seat
   */
  usage(seat) {
    return this.isRunningAbortable(seat) ? Number.POSITIVE_INFINITY : (this.#running.get(seat)?.size ?? 0)
  }

  /** @param {number} seat */
  isRunningAbortable(seat) {
    const tasks = this.#running.get(seat)
    return tasks !== undefined && tasks.size === 1 && [...tasks][0].isAbortable
  }
}

module.exports = { Assignment, leastBusyBalancer }
