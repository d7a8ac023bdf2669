'use strict'

// What one Bus handle publishes: an arena (forms.js) that crosses into native code once per turn, or when it is full.

const { isMainThread } = require('node:worker_threads')
const { codes } = require('../internal/errors.js')
const { native } = require('../internal/native.js')
const { Encoder } = require('../internal/values/index.js')
const { viewBytes } = require('../internal/values/slots.js')
const { bytesOf, writeHeaded, writeTopic } = require('./arena.js')
const { DirectText } = require('./direct-text.js')
const {
  BYTES,
  INLINE_TOPIC,
  LARGE,
  NUMBERS,
  PORTED,
  RECORD_COST,
  RECORDS,
  RUN_HEADER,
  TEXTS,
  TO_SUBSCRIPTION,
} = require('./forms.js')
const { watchExit } = require('./exit-watch.js')
const { Pace } = require('./pace.js')
const { isPlainBuffer } = require('./plain-buffer.js')
const { SendingPorts, assertOneDestination } = require('./ports.js')
const { validatePublishTopic, validateTopic } = require('./topics.js')

/** Such a batch fits into what a receiver takes at once. */
const FLUSH_BYTES = 60 * 1024
/** From here on a Buffer is copied into memory of its own, which a receiver may get as it is. */
const LARGE_BYTES = 16 * 1024
const MAX_KNOWN_TOPICS = 16384

/** No run is being written. */
const NONE = -1

// Taken now: a test runner may put a fake in its place.
const { nextTick } = process

/**
 * What a message carries beside its payload: the number of a request (0: none) and the subscription that its answer
 * goes to, and what `context.capture` returned; or, of an answer, the number of its request and whether it failed.
 * @typedef {[id: number, answerTo: number, context?: unknown] | [id: number, failed: boolean]} Headers
 */

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
    /** The beginning of the batch's text; the rest is the encoder's. */
    this.direct = new DirectText()
    this.scheduled = false
    /** Bytes until the fullest queue is full, as known at the last crossing. */
    this.room = 0
    /** @type {Map<string, number>} */
    this.topics = new Map()
    /** Bytes of large Buffers captured beside the arena. */
    this.attached = 0
    /** Bytes that make it hand over before the turn ends. */
    this.limit = FLUSH_BYTES
    this.pace = new Pace()
    /** Instead of a topic's number: of the answer that is being published. 0: it is none. */
    this.answerTo = 0
    // The run that is being written: its messages follow each other on one topic, in one form.
    this.topic = ''
    this.form = NONE
    this.run = 0
    this.textStart = 0
    this.count = 0
    /** While a value is being captured, when a getter of it may publish too. */
    this.capturing = false
    /** Where such a getter's messages go: they follow the value. @type {Outgoing | null} */
    this.nested = null
    /** For what only postMessage carries. @type {SendingPorts | undefined} */
    this.ports = undefined
    /** Ends the handle, which was closed from such a getter: once the value is out of the way. @type {(() => void) | undefined} */
    this.closing = undefined
    /** Hands over at once: no later turn will come. */
    this.exiting = false
    /** Whether it listens for the thread's exit, and whether it had reason to since it last looked. */
    this.watching = false
    this.active = false
  }

  /**
   * @param {string} topic
   * @param {unknown} payload
   * @returns {boolean} whether there is room for more
   */
  publish(topic, payload) {
    if (this.capturing) return this.publishNested(topic, payload, undefined)
    if (typeof payload === 'number') return this.publishNumber(topic, payload)
    if (typeof payload === 'string') return this.publishText(topic, payload)
    if (isPlainBuffer(payload)) return this.publishBuffer(topic, payload)
    return this.publishRecord(topic, payload, undefined)
  }

  /**
   * @param {string} topic
   * @param {number} payload
   */
  publishNumber(topic, payload) {
    if (topic !== this.topic || this.form !== NUMBERS) this.begin(topic, NUMBERS)
    const { encoder } = this
    const { position } = encoder
    if (position + 8 > encoder.bytes.length) encoder.reserve(8)
    encoder.view.setFloat64(position, payload, true)
    encoder.position = position + 8
    return this.published(8 + RECORD_COST)
  }

  /**
   * @param {string} topic
   * @param {string} payload
   */
  publishText(topic, payload) {
    if (topic !== this.topic || this.form !== TEXTS) this.begin(topic, TEXTS)
    const { encoder } = this
    const units = payload.length
    encoder.reserve(4)
    if (encoder.text !== '' || !this.direct.add(payload)) {
      const text = encoder.text + payload // may throw: nothing has been written yet
      if (units > FLUSH_BYTES) encoder.reserve(4 + bytesOf(text))
      encoder.text = text
    }
    encoder.view.setUint32(encoder.position, units, true)
    encoder.position += 4
    return this.published(4 + units + RECORD_COST)
  }

  /**
   * @param {string} topic
   * @param {Buffer} payload
   */
  publishBuffer(topic, payload) {
    const length = /** @type {number} */ (viewBytes.call(payload))
    if (length === 0) return this.publishRecord(topic, payload, undefined) // its memory may be gone
    const form = length < LARGE_BYTES ? BYTES : LARGE
    if (topic !== this.topic || this.form !== form) this.begin(topic, form)
    const { encoder } = this
    const position = encoder.position
    if (form === LARGE) {
      encoder.reserve(8)
      encoder.view.setUint32(position, length, true)
      encoder.view.setUint32(position + 4, this.raw.attach(this.port, payload), true)
      encoder.position = position + 8
      this.attached += length
    } else {
      encoder.reserve(4 + length)
      encoder.view.setUint32(position, length, true)
      encoder.bytes.set(payload, position + 4)
      encoder.position = position + 4 + length
    }
    return this.published(8 + length + RECORD_COST)
  }

  /**
   * @param {string} topic
   * @param {unknown} payload
   * @param {Headers | undefined} headers
   * @param {number} [form] RECORDS or PORTED
   * @returns {boolean}
   */
  publishRecord(topic, payload, headers, form = RECORDS) {
    if (this.capturing) return this.publishNested(topic, payload, headers)
    if (topic !== this.topic || this.form !== form) this.begin(topic, form)
    const { encoder } = this
    const start = encoder.position
    const { text } = encoder
    encoder.reserve(8)
    encoder.position = start + 8
    this.capturing = true
    try {
      if (headers === undefined) encoder.append(payload)
      else writeHeaded(encoder, payload, headers)
      if (encoder.text.length > FLUSH_BYTES) encoder.reserve(bytesOf(encoder.text))
      if (this.closing !== undefined) throw new codes.ERR_EVENTS_BUS_CLOSED()
    } catch (error) {
      encoder.position = start
      encoder.text = text
      this.capturing = false
      this.closing?.()
      if (this.closing !== undefined || form === PORTED || /** @type {any} */ (error)?.name !== 'DataCloneError')
        throw error
      return this.publishPorted(topic, payload, headers, [])
    } finally {
      this.capturing = false
    }
    const length = encoder.position - start - 8
    const units = encoder.text.length - text.length
    encoder.view.setUint32(start, length, true)
    encoder.view.setUint32(start + 4, units, true)
    return this.published(8 + length + units + RECORD_COST)
  }

  /**
   * @param {string} topic
   * @param {unknown} payload
   * @param {Headers | undefined} headers
   * @param {readonly any[]} transferList
   */
  publishMoved(topic, payload, headers, transferList) {
    if (transferList.length === 0) return this.publishRecord(topic, payload, headers)
    return this.publishPorted(topic, payload, headers, transferList)
  }

  /**
   * A value that only postMessage carries. Goes at once: it is for those who subscribe now.
   * @param {string} topic
   * @param {unknown} payload
   * @param {Headers | undefined} headers
   * @param {readonly any[]} transferList
   */
  publishPorted(topic, payload, headers, transferList) {
    this.idOf(topic) // validates it
    this.ports ??= new SendingPorts(this.port)
    const destinations = this.ports.destinations(topic, this.answerTo - TO_SUBSCRIPTION)
    if (transferList.length > 0) assertOneDestination(topic, destinations)
    const serial = this.ports.send(destinations, payload, transferList)
    this.publishRecord(topic, [this.ports.number, serial], headers, PORTED)
    this.flush()
    return this.room > 0
  }

  close() {
    this.ports?.close()
    this.nested?.close()
  }

  /**
   * A message has been written.
   * @param {number} cost of it in a queue
   */
  published(cost) {
    this.count++
    this.room -= cost
    const bytes = this.encoder.position + this.units + this.attached
    if (!this.scheduled && this.pace.isBurst()) this.schedule()
    if (!this.scheduled || bytes >= this.limit || this.exiting) this.flush()
    return this.room > 0
  }

  /**
   * From within a getter of a value that is being captured.
   * @param {string} topic
   * @param {unknown} payload
   * @param {Headers | undefined} headers
   * @returns {boolean}
   */
  publishNested(topic, payload, headers) {
    if (this.nested === null) {
      this.nested = new Outgoing(this.port)
      this.nested.limit = Number.POSITIVE_INFINITY
      this.nested.ports = this.ports ??= new SendingPorts(this.port)
      this.nested.scheduled = true // the turn of this one ends for both
    }
    this.nested.publishRecord(topic, payload, headers)
    if (!this.scheduled) this.schedule() // what is captured may fail to be: then nobody else sees to it
    return this.room > 0
  }

  /** Characters of text in the batch. */
  get units() {
    return this.direct.length + this.encoder.text.length
  }

  /**
   * Begins a run.
   * @param {string} topic
   * @param {number} form
   */
  begin(topic, form) {
    const id = this.idOf(topic)
    const { encoder } = this
    if (this.form !== NONE) this.end()
    const run = encoder.position
    const named = id === INLINE_TOPIC ? Buffer.byteLength(topic) : NONE
    encoder.reserve(RUN_HEADER + 2 + named)
    encoder.view.setUint32(run, id, true)
    encoder.view.setUint32(run + 4, form, true)
    encoder.position = run + RUN_HEADER
    if (named !== NONE) writeTopic(encoder, topic, named)
    this.run = run
    this.textStart = this.units
    this.topic = topic
    this.form = form
  }

  /** Ends the run; one without messages leaves nothing behind. */
  end() {
    if (this.form === NONE) return
    const { encoder, run } = this
    const { view } = encoder
    if (this.count === 0) {
      encoder.position = run
    } else {
      view.setUint32(run + 8, this.count, true)
      view.setUint32(run + 16, encoder.position - run - RUN_HEADER, true)
      view.setUint32(run + 20, this.units - this.textStart, true)
    }
    this.count = 0
    this.form = NONE
  }

  /** Sees to it that what is published from here on goes out when the turn ends. */
  schedule() {
    this.scheduled = true
    this.active = true
    if (!isMainThread && !this.watching) watchExit(this)
    nextTick(endTurn, this)
  }

  /** Hands everything published so far over to the queues of its receivers. */
  flush() {
    if (this.capturing) return // from a getter: what is being captured is not whole yet
    this.end()
    const { encoder, raw } = this
    const runs = encoder.position
    try {
      if (runs === 0) return
      const wide = this.units > 0 && this.direct.write(encoder)
      this.room = raw.publish(this.port, encoder.bytes, runs, encoder.position, wide)
    } finally {
      // Also after a failure, which would be repeated for ever else.
      this.attached = 0
      this.direct.length = 0
      encoder.reset()
      this.nested?.flush()
    }
  }

  /**
   * The number of a topic on this Bus.
   * @param {string} topic
   */
  idOf(topic) {
    if (this.answerTo !== 0) return this.answerTo
    let id = this.topics.get(topic)
    if (id === undefined) {
      validatePublishTopic(topic)
      id = /** @type {number} */ (this.raw.topic(this.port, topic))
      if (id < 0) id = INLINE_TOPIC
      if (this.topics.size === MAX_KNOWN_TOPICS) this.topics.clear()
      this.topics.set(topic, id)
    }
    return id
  }

  /**
   * Whether anybody would get a message on this topic.
   * @param {string} topic
   */
  reaches(topic) {
    const id = this.topics.get(topic) ?? INLINE_TOPIC
    if (id !== INLINE_TOPIC) return this.raw.reaches(this.port, id)
    validateTopic(topic) // asked for by name: a question gives no topic a number
    return native().busHasSubscribers(this.port, topic)
  }

  /**
   * Publishes for one subscription, on no topic.
   * @param {number} subscription
   * @param {unknown} payload
   * @param {Headers} headers
   * @param {readonly any[]} transferList
   */
  answer(subscription, payload, headers, transferList) {
    this.answerTo = TO_SUBSCRIPTION + subscription
    try {
      this.publishMoved('', payload, headers, transferList)
    } finally {
      this.answerTo = 0
      this.end()
    }
  }
}

module.exports = { Outgoing }
