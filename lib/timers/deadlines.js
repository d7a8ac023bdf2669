'use strict'

// A queue by deadline: a heap of four children per node (Johnson, 1975) over a Float64Array of times and an array of
// entries beside it. To add one is constant on average, and what was cancelled stays where it is until it comes to the
// top or is more than half of all: then the rest is put in order anew, in linear time. So cancelling is constant, too.

const SMALLEST = 64

/** @template T */
class Deadlines {
  #times = new Float64Array(SMALLEST)
  /** @type {T[]} */
  #entries = []
  #size = 0
  #cancelled = 0
  /** @type {(entry: T) => boolean} */
  #isLive

  /** @param {(entry: T) => boolean} isLive false for what was cancelled */
  constructor(isLive) {
    this.#isLive = isLive
  }

  /** How many live entries there are. */
  get size() {
    return this.#size - this.#cancelled
  }

  /**
   * @param {number} time
   * @param {T} entry
   */
  add(time, entry) {
    const at = this.#size++
    if (at === this.#times.length) this.#resize(at * 2)
    this.#rise(at, time, entry)
  }

  /** Says that an entry of this queue is not live any more. */
  cancelled() {
    this.#cancelled++
    if (this.#cancelled > SMALLEST && this.#cancelled * 2 > this.#size) this.#compact()
  }

  /** The earliest deadline; Infinity if there is none. */
  earliest() {
    while (this.#size > 0 && !this.#isLive(this.#entries[0])) {
      this.#cancelled--
      this.removeFirst()
    }
    return this.#size > 0 ? this.#times[0] : Infinity
  }

  /** The entry of the earliest deadline, directly after `earliest()`. */
  first() {
    return this.#entries[0]
  }

  /** Removes it. */
  removeFirst() {
    const last = --this.#size
    const entry = /** @type {T} */ (this.#entries.pop())
    if (last > 0) this.#sink(0, this.#times[last], entry)
    if (last > SMALLEST && last * 4 < this.#times.length) this.#resize(last * 2)
  }

  /**
   * Gives it another, later deadline.
   * @param {number} time
   */
  postponeFirst(time) {
    this.#sink(0, time, this.#entries[0])
  }

  /**
   * @param {number} at
   * @param {number} time
   * @param {T} entry
   */
  #rise(at, time, entry) {
    const times = this.#times
    const entries = this.#entries
    while (at > 0) {
      const parent = (at - 1) >> 2
      if (times[parent] <= time) break
      times[at] = times[parent]
      entries[at] = entries[parent]
      at = parent
    }
    times[at] = time
    entries[at] = entry
  }

  /**
   * @param {number} at
   * @param {number} time
   * @param {T} entry
   */
  #sink(at, time, entry) {
    const times = this.#times
    const entries = this.#entries
    const size = this.#size
    for (;;) {
      const first = at * 4 + 1
      if (first >= size) break
      let least = first
      const end = Math.min(first + 4, size)
      for (let child = first + 1; child < end; child++) if (times[child] < times[least]) least = child
      if (times[least] >= time) break
      times[at] = times[least]
      entries[at] = entries[least]
      at = least
    }
    times[at] = time
    entries[at] = entry
  }

  #compact() {
    let kept = 0
    for (let at = 0; at < this.#size; at++) {
      if (!this.#isLive(this.#entries[at])) continue
      this.#times[kept] = this.#times[at]
      this.#entries[kept++] = this.#entries[at]
    }
    this.#entries.length = kept
    this.#size = kept
    this.#cancelled = 0
    for (let at = (kept - 2) >> 2; at >= 0; at--) this.#sink(at, this.#times[at], this.#entries[at])
    this.#resize(Math.max(kept * 2, SMALLEST))
  }

  /** @param {number} length */
  #resize(length) {
    const times = new Float64Array(length)
    times.set(this.#times.subarray(0, Math.min(length, this.#size)))
    this.#times = times
  }
}

module.exports = { Deadlines }
