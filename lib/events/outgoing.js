'use strict'

// What one Bus handle publishes: an arena that crosses into native code once per turn, or when it is full.
//
//   records   { topic u32, payload length u32, text units u32, payload }*    (crates/core/src/bus/batch.rs)
//   text      the characters of all strings in them, latin1 or UTF-16
//
// All strings of a batch travel as one text, of which the receiver's strings are substrings: one call into Node for
// each side and batch, instead of one per string.

const { isMainThread } = require('node:worker_threads')
const { native } = require('../internal/native.js')
const { Encoder } = require('../internal/values/index.js')
const { validatePublishTopic } = require('./topics.js')

const FLUSH_BYTES = 64 * 1024
const HEADER = 12
/** What a queue counts for a message beside payload and text: crates/core/src/bus/batch.rs, RECORD_COST. */
const RECORD_COST = 16
const INLINE_TOPIC = 0xffffffff
const MAX_KNOWN_TOPICS = 16384

const WATCH_MS = 1000

// Taken now: a test runner may put fakes in their places.
const { nextTick } = process
const { setTimeout } = globalThis

/** @param {Outgoing} outgoing */
function endTurn(outgoing) {
  outgoing.scheduled = false
  outgoing.flush()
}

class Outgoing {
  /** @param {number} port */
  constructor(port) {
    this.port = port
    this.raw = native().raw.bus
    this.encoder = new Encoder({ sharedText: true })
    this.scheduled = false
    /** Bytes until the fullest queue is full, as known at the last crossing. */
    this.room = 0
    /** @type {Map<string, number>} */
    this.topics = new Map()
    this.lastTopic = ''
    this.lastId = INLINE_TOPIC
    /** Hands over at once: no later turn will come. */
    this.exiting = false
    /** Whether it listens for the thread's exit, and whether it had reason to since it last looked. */
    this.watching = false
    this.active = false
  }

  /**
   * @param {string} topic
   * @param {unknown} payload
   * @param {object} [headers]
   * @returns {boolean} whether there is room for more
   */
  publish(topic, payload, headers) {
    const id = topic === this.lastTopic ? this.lastId : this.idOf(topic)
    const { encoder } = this
    const start = encoder.position
    const textStart = encoder.text.length
    encoder.reserve(HEADER)
    encoder.position = start + HEADER
    try {
      if (id === INLINE_TOPIC) this.writeTopic(topic)
      encoder.append(payload)
      if (headers !== undefined) encoder.append(headers)
    } catch (error) {
      encoder.position = start
      throw error
    }
    const length = encoder.position - start - HEADER
    const units = encoder.text.length - textStart
    const { view } = encoder
    view.setUint32(start, id, true)
    view.setUint32(start + 4, length, true)
    view.setUint32(start + 8, units, true)
    if (!this.scheduled) this.schedule()
    this.room -= length + units + RECORD_COST
    if (encoder.position + encoder.text.length >= FLUSH_BYTES || this.exiting) this.flush()
    return this.room > 0
  }

  schedule() {
    this.scheduled = true
    this.room = this.raw.room(this.port)
    this.active = true
    if (!isMainThread && !this.watching) this.watchExit()
    nextTick(endTurn, this)
  }

  /**
   * A worker that exits leaves receivers behind; the main thread takes them with it. The listener goes when nothing has
   * been published for a while: `process` must not hold a copy of lib that its loader has dropped.
   */
  watchExit() {
    this.watching = true
    this.exiting = /** @type {any} */ (process)._exiting === true
    const leave = () => {
      this.exiting = true
      this.flush()
    }
    const look = () => {
      if (this.active) {
        this.active = false
        setTimeout(look, WATCH_MS).unref()
      } else {
        this.watching = false
        process.removeListener('exit', leave)
      }
    }
    process.once('exit', leave)
    setTimeout(look, WATCH_MS).unref()
  }

  /** Hands everything published so far over to the queues of its receivers. */
  flush() {
    const { encoder, raw } = this
    const { position: records, text } = encoder
    if (records === 0) return
    let wide = false
    if (text !== '') {
      wide = Buffer.byteLength(text) !== text.length
      encoder.reserve(wide ? text.length * 2 : text.length)
      encoder.position += encoder.bytes.write(text, records, wide ? 'utf16le' : 'latin1')
    }
    this.room = raw.publish(this.port, encoder.bytes, records, encoder.position, wide)
    encoder.reset()
  }

  /**
   * The number of a topic on this Bus.
   * @param {string} topic
   */
  idOf(topic) {
    let id = this.topics.get(topic)
    if (id === undefined) {
      validatePublishTopic(topic)
      id = /** @type {number} */ (this.raw.topic(this.port, topic))
      if (id < 0) id = INLINE_TOPIC
      if (this.topics.size === MAX_KNOWN_TOPICS) this.topics.clear()
      this.topics.set(topic, id)
    }
    this.lastTopic = topic
    this.lastId = id
    return id
  }

  /**
   * Publishes on a topic of ironloop's own, which travels by name: there is one for each handle that ever asked, and
   * numbers are for good.
   * @param {string} topic
   * @param {unknown} payload
   */
  answer(topic, payload) {
    this.lastTopic = topic
    this.lastId = INLINE_TOPIC
    try {
      this.publish(topic, payload)
    } finally {
      this.lastTopic = ''
    }
  }

  /**
   * Writes out a topic that has no number; the empty one stands for "none yet" in `lastTopic`, hence the check.
   * @param {string} topic
   */
  writeTopic(topic) {
    if (topic === '') validatePublishTopic(topic)
    const { encoder } = this
    const length = Buffer.byteLength(topic)
    encoder.reserve(2 + length)
    encoder.view.setUint16(encoder.position, length, true)
    encoder.bytes.write(topic, encoder.position + 2, 'utf8')
    encoder.position += 2 + length
  }
}

module.exports = { INLINE_TOPIC, Outgoing }
