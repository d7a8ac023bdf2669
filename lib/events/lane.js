'use strict'

// One way in for a Bus handle: a port, and the subscriptions whose messages come through it.
//
// A handle has one lane whose messages follow each other without a pause, and, once a subscription asks for it, one
// where microtasks run after each message.

const { threadId } = require('node:worker_threads')
const { openPort } = require('../internal/inbox.js')
const { native } = require('../internal/native.js')
const { DROPPED, ENDED, Incoming, NONE } = require('./incoming.js')

/** @typedef {import('./subscription.js').Subscription} Subscription */

class Lane {
  /**
   * @param {string | undefined} name of the Bus; undefined for one of this thread only
   * @param {boolean} ticks whether nextTicks and microtasks run after each message
   * @param {() => void} onNews called before news is fetched
   */
  constructor(name, ticks, onNews) {
    this.onNews = onNews
    this.ticks = ticks
    this.port = openPort(this)
    native().busOpen(this.port.id, name, threadId, !ticks) // the first lane of a handle says that it comes
    this.incoming = new Incoming(this.port.id)
    /** @type {Map<number, Subscription>} */
    this.subscriptions = new Map()
    this.holds = 0
    this.closed = false
  }

  /** Delivers one message, or one batch of a subscription that asked for batches. */
  deliverNext() {
    const { incoming } = this
    if (this.closed) return false
    const taking = incoming.left === 0 && incoming.position === incoming.end
    if (taking) this.onNews()
    const kind = incoming.next()
    if (kind === NONE) return false
    const subscription = this.subscriptions.get(incoming.subscription)
    if (subscription === undefined) {
      incoming.skip() // it has ended
    } else if (kind === DROPPED) subscription.overflowed(incoming.dropped)
    else if (kind === ENDED) subscription.endedByOverflow()
    else subscription.deliver(incoming)
    // What comes after a take rings; a ring from before this call may have been for what an earlier take left.
    return !(taking && incoming.left === 0 && incoming.position === incoming.end && !incoming.more)
  }

  /** @param {boolean} hold */
  hold(hold) {
    this.holds += hold ? 1 : -1
    if (this.holds === 0) this.port.unref()
    else this.port.ref()
  }

  /** Also in the middle of a delivery; what was taken and not delivered is discarded. */
  close() {
    this.closed = true
    for (const subscription of this.subscriptions.values()) subscription.unsubscribe()
    this.incoming.ports.close()
    this.port.close()
  }
}

module.exports = { Lane }
