'use strict'

// What arrives at one port: a cursor over the segments that native code writes (crates/core/src/bus/receiver.rs).
//
// A message is read only when it is delivered, so one for a subscription that has just ended costs nothing, and a
// listener that throws leaves the cursor behind its message.

const { native } = require('../internal/native.js')
const { Decoder } = require('../internal/values/index.js')
const {
  BYTES,
  HEADED,
  INLINE_TOPIC,
  LARGE,
  NUMBERS,
  PORTED,
  RECORDS,
  RUN_HEADER,
  TEXTS,
  TO_SUBSCRIPTION,
} = require('./forms.js')
const { ReceivingPorts } = require('./ports.js')

/** The memory of one take. A message that a listener keeps keeps at most this much alive. */
const SCRATCH_BYTES = 64 * 1024
const SEGMENT_HEADER = 24

const NONE = -1
const MESSAGES = 0
const WIDE = 1
const DROPPED = 2
const ENDED = 3

/** @param {number} length */
const padded = (length) => (length + 3) & ~3

/**
 * @typedef {{ threadId: number, sequence: number }} Meta
 * @typedef {{ payload: any, topic: string, meta: Meta }} Message
 */

class Incoming {
  /** @param {number} port */
  constructor(port) {
    this.port = port
    this.raw = native().raw.bus
    /** What arrives beside the Bus. */
    this.ports = new ReceivingPorts(port)
    this.decoder = new Decoder()
    /** @type {Buffer | undefined} */
    this.scratch = undefined
    this.bytes = this.decoder.bytes
    this.view = this.decoder.view
    /** The same memory: headers are whole words, in the byte order that Rust writes too. @type {Uint32Array} */
    this.words = new Uint32Array(0)
    /** Bytes in the queues that V8 knows of: what is left when there is more than one take can hold. */
    this.reported = 0
    /** Whether native code has more; if not, it rings when it has. */
    this.more = true
    /** The next segment, and the end of what was taken. */
    this.position = 0
    this.end = 0
    /** Messages left in the segment and in the run, and where the next message and its text are. */
    this.left = 0
    this.runLeft = 0
    this.record = 0
    this.text = 0
    /** The run's. */
    this.form = RECORDS
    this.topicId = 0
    this.name = 0
    // The current item
    this.subscription = 0
    this.thread = 0
    this.sequence = 0
    this.dropped = 0
    this.payload = 0
    this.payloadEnd = 0
    this.payloadText = 0
    /** What it carries beside its value, once that has been read or found unreadable. @type {any[] | undefined} */
    this.headers = undefined
    /** @type {Map<number, string>} */
    this.topics = new Map()
    this.lastTopicId = -1
    this.lastTopic = ''
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
    // Whole words are written; the lowest bit says whether there is more.
    this.more = written % 2 === 1
    if (this.more) written--
    if (this.more || this.reported > 0) this.reported = this.raw.reportMemory(this.port, this.reported)
    if (this.bytes !== bytes) {
      this.decoder.open(bytes, 0, true)
      this.bytes = this.decoder.bytes
      this.view = this.decoder.view
      this.words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2)
    }
    this.position = 0
    this.end = written
    return written > 0
  }

  openSegment() {
    const { words, position } = this
    const word = position >> 2
    const kind = words[word]
    this.subscription = words[word + 1]
    const count = words[word + 2]
    this.thread = words[word + 3]
    this.position = position + SEGMENT_HEADER
    if (kind !== MESSAGES && kind !== WIDE) {
      this.dropped = count + this.thread * 2 ** 32
      return kind
    }
    const units = words[word + 4]
    const start = position + SEGMENT_HEADER
    const textEnd = start + (kind === WIDE ? units * 2 : units)
    if (units > 0) this.decoder.openText(this.textOf(kind, start, textEnd))
    this.record = padded(textEnd)
    this.text = 0
    this.left = count
    this.runLeft = 0
    this.position = padded(this.record + words[word + 5])
    return this.nextMessage()
  }

  /** Passes over the rest of the segment. */
  skip() {
    this.left = 0
  }

  /**
   * @param {number} kind
   * @param {number} start
   * @param {number} end
   */
  textOf(kind, start, end) {
    return kind === WIDE ? this.bytes.ucs2Slice(start, end) : this.bytes.latin1Slice(start, end)
  }

  openRun() {
    const { view, record } = this
    this.topicId = view.getUint32(record, true)
    this.form = view.getUint32(record + 4, true)
    this.runLeft = view.getUint32(record + 8, true)
    this.sequence = (view.getUint32(record + 12, true) - 1) >>> 0
    this.record = record + RUN_HEADER
    this.headers = undefined
    if (this.topicId === INLINE_TOPIC) {
      this.name = this.record
      this.record += 2 + view.getUint16(this.record, true)
      this.lastTopicId = -1
    }
  }

  nextMessage() {
    if (this.runLeft === 0) this.openRun()
    this.runLeft--
    this.left--
    this.sequence = (this.sequence + 1) >>> 0
    const { form, record } = this
    this.payload = record
    this.payloadText = this.text
    if (form === NUMBERS || form === LARGE) {
      this.record = record + 8
    } else if (form === TEXTS) {
      this.record = record + 4
      this.text += this.view.getUint32(record, true)
    } else if (form === BYTES) {
      this.record = record + 4 + this.view.getUint32(record, true)
    } else {
      this.payload = record + 8
      this.payloadEnd = this.payload + this.view.getUint32(record, true)
      this.record = this.payloadEnd
      this.text += this.view.getUint32(record + 4, true)
    }
    return MESSAGES
  }

  /** The topic of the current message. */
  topic() {
    if (this.topicId === this.lastTopicId) return this.lastTopic
    this.lastTopicId = this.topicId
    this.lastTopic = this.topicId === INLINE_TOPIC ? this.inlineTopic() : this.topicOf(this.topicId)
    return this.lastTopic
  }

  /** @param {number} id */
  topicOf(id) {
    if (id >= TO_SUBSCRIPTION) return '' // an answer: nobody asks what it was published on
    let topic = this.topics.get(id)
    if (topic === undefined) {
      topic = /** @type {string} */ (native().busTopicName(this.port, id))
      this.topics.set(id, topic)
    }
    return topic
  }

  inlineTopic() {
    const start = this.name + 2
    return this.bytes.utf8Slice(start, start + this.view.getUint16(this.name, true))
  }

  /** The value of the current message. */
  value() {
    switch (this.form) {
      case NUMBERS:
        return this.view.getFloat64(this.payload, true)
      case TEXTS:
        return this.decoder.text.substring(this.payloadText, this.text)
      case BYTES:
        return this.decoder.viewOf(this.payload + 4, this.record)
      case LARGE:
        return this.large()
      case PORTED:
        return this.ported()
      default:
        return this.captured()
    }
  }

  captured() {
    const { decoder } = this
    decoder.position = this.payload
    decoder.textPosition = this.payloadText
    if (this.bytes[this.payload] === HEADED) return this.headed()
    this.headers = undefined
    return decoder.next()
  }

  /** A value that travelled by a port; LOST is thrown where it had been sent before its subscription began. */
  ported() {
    const [sender, serial] = this.captured()
    return this.ports.take(sender, this.subscription, serial)
  }

  headed() {
    const { decoder } = this
    decoder.position++
    this.headers = [decoder.next(), decoder.next()]
    const value = decoder.next()
    if (decoder.position < this.payloadEnd) this.headers.push(decoder.next())
    return value
  }

  /** A Buffer that travelled beside the arena: the memory itself where nobody else gets it too, else a copy. */
  large() {
    const length = this.view.getUint32(this.payload, true)
    const ticket = this.view.getUint32(this.payload + 4, true)
    const memory = /** @type {ArrayBuffer | undefined} */ (this.raw.claim(this.port, ticket))
    if (memory !== undefined) return Buffer.from(memory)
    const copy = Buffer.allocUnsafeSlow(length)
    this.raw.copyClaimed(this.port, ticket, copy)
    return copy
  }

  /** Who published the current message. */
  meta() {
    return { threadId: this.thread, sequence: this.sequence }
  }

  /** The current message as an object. */
  message() {
    const topic = this.topic()
    const payload = this.value()
    return { payload, topic, meta: this.meta() }
  }
}

module.exports = { DROPPED, ENDED, Incoming, MESSAGES, NONE }
