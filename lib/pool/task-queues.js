'use strict'

// The queues that piscina offers for its `taskQueue` option.

/** @typedef {object} Task */

/** An array: remove() and unshift() are simple, shift() costs more the longer it is. */
class ArrayTaskQueue {
  /** @type {Task[]} */
  tasks = []

  get size() {
    return this.tasks.length
  }

  /** @returns {Task | null} */
  shift() {
    return this.tasks.shift() ?? null
  }

  /** @param {Task} task */
  push(task) {
    this.tasks.push(task)
  }

  /** @param {Task} task */
  unshift(task) {
    this.tasks.unshift(task)
  }

  /** @param {Task} task */
  remove(task) {
    const index = this.tasks.indexOf(task)
    if (index !== -1) this.tasks.splice(index, 1)
  }
}

/** A ring that doubles when it is full: push() and shift() cost the same at any length. */
class FixedQueue {
  /** @type {(Task | undefined)[]} */
  #ring = new Array(16).fill(undefined)
  #first = 0
  #size = 0

  get size() {
    return this.#size
  }

  isEmpty() {
    return this.#size === 0
  }

  /** @returns {Task | null} */
  shift() {
    if (this.#size === 0) return null
    const task = this.#ring[this.#first]
    this.#ring[this.#first] = undefined
    this.#first = this.#at(1)
    this.#size--
    return task ?? null
  }

  /** @param {Task} task */
  push(task) {
    if (this.#size === this.#ring.length) this.#grow()
    this.#ring[this.#at(this.#size++)] = task
  }

  /** @param {Task} task */
  unshift(task) {
    if (this.#size === this.#ring.length) this.#grow()
    this.#first = this.#at(-1)
    this.#ring[this.#first] = task
    this.#size++
  }

  /** @param {Task} task */
  remove(task) {
    const all = this.#list()
    const index = all.indexOf(task)
    if (index === -1) return
    all.splice(index, 1)
    this.#use(all, this.#ring.length)
  }

  /** @param {number} offset from the first */
  #at(offset) {
    return (this.#first + offset) & (this.#ring.length - 1)
  }

  #list() {
    return Array.from({ length: this.#size }, (_, i) => this.#ring[this.#at(i)])
  }

  #grow() {
    this.#use(this.#list(), this.#ring.length * 2)
  }

  /**
   * @param {(Task | undefined)[]} tasks
   * @param {number} length
   */
  #use(tasks, length) {
    this.#first = 0
    this.#size = tasks.length
    this.#ring = tasks.concat(new Array(length - tasks.length).fill(undefined))
  }
}

/**
 * @param {any} value
 * @returns {boolean}
 */
function isTaskQueue(value) {
  const methods = ['shift', 'push', 'remove']
  return (
    typeof value === 'object' &&
    value !== null &&
    'size' in value &&
    methods.every((name) => typeof value[name] === 'function')
  )
}

module.exports = { ArrayTaskQueue, FixedQueue, isTaskQueue }
