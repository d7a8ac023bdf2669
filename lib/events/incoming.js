'use strict'

// What arrives at one port: a cursor over the segments that native code writes (crates/core/src/bus/receiver.rs).
//
// A message is read only when it is delivered, so one for a subscription that has just ended costs nothing, and a
// listener that throws leaves the cursor behind its message.

const { native } = require('../internal/native.js')
const { Decoder } = require('../internal/values/index.js')
const { INLINE_TOPIC } = require('./outgoing.js')

/** The memory of one take. A message that a listener keeps keeps at most this much alive. */
const SCRATCH_BYTES = 64 * 1024
const SEGMENT_HEADER = 24
const RECORD_HEADER = 16

const NONE = -1
const MESSAGES = 0
const WIDE = 1
const DROPPED = 2
const ENDED = 3

/** @param {number} length */
const padded = (length) => (length + 3) & ~3

/**
 * @typedef {{ threadId: number, sequence: number, headers?: any }} Meta
 * @typedef {{ payload: any, topic: string, meta: Meta }} Message
 */

class Incoming {
  /** @param {number} port */
  constructor(port) {
    this.port = port
    this.raw = native().raw.bus
    this.decoder = new Decoder()
    /** @type {Buffer | undefined} */
    this.scratch = undefined
    this.bytes = this.decoder.bytes
    this.view = this.decoder.view
    /** The next segment, and the end of what was taken. */
    this.position = 0
    this.end = 0
    /** Messages left in the segment, and where the next one is. */
    this.left = 0
    this.record = 0
    this.text = 0
    // The current item
    this.subscription = 0
    this.thread = 0
    this.sequence = 0
    this.topicId = 0
    this.dropped = 0
    this.payload = 0
    this.payloadEnd = 0
    this.payloadText = 0
    /** @type {Map<number, string>} */
    this.topics = new Map()
    this.lastTopicId = -1
    this.lastTopic = ''
  }

  /** Whether the next item has to be fetched from native code. */
  get isEmpty() {
    return this.left === 0 && this.position === this.end
  }

  /**
   * Moves to the next item.
   * @returns {number} its kind; NONE when there is no news
   */
  next() {
    if (this.left > 0) return this.nextMessage()
    if (this.position === this.end && !this.take()) return NONE
    return this.openSegment()
  }

  /** Lets native code write its news into the scratch memory. */
  take() {
    // Buffers among the last messages are views of the scratch memory: it is theirs now.
    if (this.scratch === undefined || this.decoder.exposed) {
      this.scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
    }
    let bytes = this.scratch
    let written = /** @type {number} */ (this.raw.take(this.port, bytes))
    if (written < 0) {
      bytes = Buffer.allocUnsafeSlow(-written)
      written = this.raw.take(this.port, bytes)
    }
    this.decoder.open(bytes, 0, true)
    this.bytes = this.decoder.bytes
    this.view = this.decoder.view
    this.position = 0
    this.end = written
    return written > 0
  }

  openSegment() {
    const { view, position } = this
    const kind = view.getUint32(position, true)
    this.subscription = view.getUint32(position + 4, true)
    const count = view.getUint32(position + 8, true)
    this.thread = view.getUint32(position + 12, true)
    this.position = position + SEGMENT_HEADER
    if (kind !== MESSAGES && kind !== WIDE) {
      this.dropped = count + this.thread * 2 ** 32
      return kind
    }
    const units = view.getUint32(position + 16, true)
    const recordBytes = view.getUint32(position + 20, true)
    const start = position + SEGMENT_HEADER
    const textEnd = start + (kind === WIDE ? units * 2 : units)
    this.decoder.openText(this.textOf(kind, start, textEnd))
    this.record = padded(textEnd)
    this.text = 0
    this.left = count
    this.position = padded(this.record + recordBytes)
    return this.nextMessage()
  }

  /**
   * @param {number} kind
   * @param {number} start
   * @param {number} end
   */
  textOf(kind, start, end) {
    if (start === end) return ''
    return kind === WIDE ? this.bytes.ucs2Slice(start, end) : this.bytes.latin1Slice(start, end)
  }

  nextMessage() {
    const { view, record } = this
    this.topicId = view.getUint32(record, true)
    this.sequence = view.getUint32(record + 4, true)
    const start = record + RECORD_HEADER
    this.payload = start
    this.payloadEnd = start + view.getUint32(record + 8, true)
    this.payloadText = this.text
    this.text += view.getUint32(record + 12, true)
    this.record = this.payloadEnd
    this.left--
    return MESSAGES
  }

  /** The topic of the current message; to be read before its value. */
  topic() {
    if (this.topicId === this.lastTopicId) return this.lastTopic
    if (this.topicId === INLINE_TOPIC) return this.inlineTopic()
    let topic = this.topics.get(this.topicId)
    if (topic === undefined) {
      topic = /** @type {string} */ (native().busTopicName(this.port, this.topicId))
      this.topics.set(this.topicId, topic)
    }
    this.lastTopicId = this.topicId
    this.lastTopic = topic
    return topic
  }

  inlineTopic() {
    const start = this.payload + 2
    const end = start + this.view.getUint16(this.payload, true)
    this.payload = end
    return this.bytes.utf8Slice(start, end)
  }

  /** The value of the current message. */
  value() {
    const { decoder } = this
    decoder.position = this.payload
    decoder.textPosition = this.payloadText
    return decoder.next()
  }

  /** Who published the current message, as what; to be read after its value. */
  meta() {
    /** @type {Meta} */
    const meta = { threadId: this.thread, sequence: this.sequence }
    if (this.decoder.position < this.payloadEnd) meta.headers = this.decoder.next()
    return meta
  }

  /** The current message as an object. */
  message() {
    const topic = this.topic()
    const payload = this.value()
    return { payload, topic, meta: this.meta() }
  }
}

module.exports = { DROPPED, ENDED, Incoming, MESSAGES, NONE }
