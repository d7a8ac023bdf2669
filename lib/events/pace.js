'use strict'

// Whether what is published now is one of many. A message goes out at once, since it may be the only one, and wakes its
// receivers while this thread goes on; so does a second one. A third right after them seems to be of a burst: with what
// follows it in this turn it goes out together.

const { performance } = require('node:perf_hooks')

/** Messages that come as quickly after each other as this are taken for a burst. */
const BURST_MS = 0.02
/** How many have to follow one. */
const FOLLOWERS = 2

class Pace {
  constructor() {
    /** When a message was published by itself, and how many have followed each other quickly until then. */
    this.sent = Number.NEGATIVE_INFINITY
    this.followed = 0
    this.received = false
  }

  /** Asked for each message that is not known to be of a burst. */
  isBurst() {
    if (this.received) {
      this.received = false // no look at the clock for an answer, for which somebody waits
      return false
    }
    const now = performance.now()
    this.followed = now - this.sent < BURST_MS ? this.followed + 1 : 0
    this.sent = now
    return this.followed >= FOLLOWERS
  }

  /** Something has been received: what is published next may be the answer, however soon it comes. */
  restart() {
    this.sent = Number.NEGATIVE_INFINITY
    this.received = true
  }
}

module.exports = { Pace }
