'use strict'

// What only postMessage carries (SharedArrayBuffers, MessagePorts, Blobs, KeyObjects, WebAssembly modules): a channel for
// each pair of handles beside the Bus. In the value's place in the order the Bus carries who sent
// it and its serial number; the value is taken from the channel when that is delivered.
//
// The channel is a BroadcastChannel, which threads find by name, with exactly two members: values that hold more than
// shared memory are refused by one with more. So each receiver keeps one open for whoever asks first; which is whose is
// decided natively (crates/core/src/bus/slots.rs). A value is captured when it is sent, once for each subscription.

const { builtinModules } = require('node:module')
const { BroadcastChannel, receiveMessageOnPort } = require('node:worker_threads')
const { codes, dataCloneError } = require('../internal/errors.js')
const { native } = require('../internal/native.js')
const { validateObject } = require('../internal/validators.js')

/** How many channels a receiver that is sent something keeps open for the next who ask. */
const SPARE = 4
/** How long a sender waits until a receiver has opened another one. */
const PATIENCE_MS = 1000
/** How many channels a sender keeps before it looks for those that are not needed any more. */
const MANY = 32

/** Thrown for a message that was sent before its receiver subscribed: it is none. */
const LOST = Symbol('lost')

const HostArray = /** @type {ArrayConstructor} */ (builtinModules.constructor)

/** @typedef {import('node:worker_threads').BroadcastChannel} Channel */
/** @typedef {{ sender: number, subscription: number, serial: number, isBuffer: boolean, value: any }} Sent */

/**
 * @param {number} receiver
 * @param {number} slot
 * @returns {Channel}
 */
function openChannel(receiver, slot) {
  const channel = new BroadcastChannel(`ironloop.bus.${receiver}.${slot}`)
  channel.unref?.() // the Bus decides what keeps the process; Deno has no such method
  return channel
}

/**
 * Collects what a channel delivers by itself because the Bus is slower. The channel is held by its loop, so it must hold
 * nothing of this copy of lib, which its loader may drop with Buses that nobody closed: the array and its method are the
 * host's, also where a test runner evaluates lib in a realm of its own.
 * @param {Channel} channel
 * @returns {{ data: Sent }[]}
 */
function listen(channel) {
  const arrived = new HostArray()
  channel.onmessage = HostArray.prototype.push.bind(arrived)
  channel.unref?.()
  return arrived
}

/** A handle's receiving ends. */
class ReceivingPorts {
  #port
  #number = 0
  #lastSlot = 0
  /** By slot. @type {Map<number, { channel: Channel, arrived: { data: Sent }[] }>} */
  #channels = new Map()
  /** The slots of those who have sent something. @type {Map<number, number>} */
  #slots = new Map()
  /** What has been received before its turn, by sender and subscription. @type {Map<string, Sent[]>} */
  #early = new Map()

  /** @param {number} port */
  constructor(port) {
    this.#port = port
  }

  /** Opens a channel to whoever asks first: before the first subscription. */
  open() {
    if (this.#lastSlot > 0) return
    this.#number = native().busNumber(this.#port)
    this.#offer()
  }

  #offer() {
    const slot = ++this.#lastSlot
    const channel = openChannel(this.#number, slot)
    this.#channels.set(slot, { channel, arrived: listen(channel) })
    for (const ended of native().busOfferSlot(this.#port, slot)) this.#end(ended)
  }

  /**
   * The sender of a slot is gone; what it has sent may be still to be delivered.
   * @param {number} slot
   */
  #end(slot) {
    this.#receive(slot)
    for (const [sender, own] of this.#slots) if (own === slot) this.#slots.delete(sender)
    this.#channels.get(slot)?.channel.close()
    this.#channels.delete(slot)
  }

  /**
   * The value of a message. Throws LOST.
   * @param {number} sender
   * @param {number} subscription
   * @param {number} serial
   */
  take(sender, subscription, serial) {
    const slot = this.#slots.get(sender) ?? this.#meet(sender)
    if (slot !== undefined) this.#receive(slot)
    const early = this.#early.get(`${sender} ${subscription}`)
    // Of groups all members are sent a value that one of them gets; and queues drop messages.
    while (early !== undefined && early.length > 0 && early[0].serial < serial) early.shift()
    if (early === undefined || early[0]?.serial !== serial) throw LOST
    const { value, isBuffer } = /** @type {Sent} */ (early.shift())
    return isBuffer ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value
  }

  /** @param {number} sender the first message of which is delivered */
  #meet(sender) {
    const slot = native().busSlotOf(this.#port, sender) ?? undefined
    if (slot === undefined) return undefined // gone, and what it sent was received already
    this.#slots.set(sender, slot)
    this.#forgetEnded()
    while (this.#channels.size - this.#slots.size < SPARE) this.#offer()
    return slot
  }

  /** @param {number} slot */
  #receive(slot) {
    const end = this.#channels.get(slot)
    if (end === undefined) return
    for (const { data } of end.arrived.splice(0)) this.#keep(data)
    for (;;) {
      const received = receiveMessageOnPort(/** @type {any} */ (end.channel))
      if (received === undefined) return
      this.#keep(received.message)
    }
  }

  /** @param {Sent} sent */
  #keep(sent) {
    const key = `${sent.sender} ${sent.subscription}`
    const early = this.#early.get(key)
    if (early === undefined) this.#early.set(key, [sent])
    else early.push(sent)
  }

  /** What was for subscriptions that have ended. */
  #forgetEnded() {
    for (const [key, early] of this.#early) {
      const id = Number(key.slice(key.indexOf(' ') + 1))
      if (early.length === 0 || !native().busSubscription(this.#port, id)) this.#early.delete(key)
    }
  }

  close() {
    for (const { channel } of this.#channels.values()) channel.close()
    this.#channels.clear()
    this.#slots.clear()
    this.#early.clear()
  }
}

/** A handle's sending ends. */
class SendingPorts {
  #port
  /** By receiver. @type {Map<number, Channel>} */
  #channels = new Map()
  #serial = 0

  /** @param {number} port */
  constructor(port) {
    this.#port = port
    this.number = native().busNumber(port)
  }

  /**
   * Who gets a message: pairs of handle and subscription.
   * @param {string} topic
   * @param {number} subscription of an answer, which goes by no topic; else negative
   * @returns {number[]}
   */
  destinations(topic, subscription) {
    if (subscription < 0) return native().busDestinations(this.#port, topic)
    const receiver = native().busDestination(this.#port, subscription)
    return typeof receiver === 'number' ? [receiver, subscription] : []
  }

  /**
   * Captures a value for all that a message is about to go to. Throws DataCloneError, and has then sent nothing that
   * anybody will get: a serial number that no message follows.
   * @param {number[]} destinations pairs of handle and subscription
   * @param {unknown} value
   * @param {readonly any[]} transferList
   * @returns {number} its serial number
   */
  send(destinations, value, transferList) {
    try {
      return this.#send(destinations, value, transferList)
    } catch (error) {
      const { code, message } = /** @type {any} */ (error)
      // Node 20's own error for it.
      if (code === 'ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST') throw dataCloneError(message)
      throw error
    }
  }

  /**
   * @param {number[]} destinations
   * @param {unknown} value
   * @param {readonly any[]} transferList
   */
  #send(destinations, value, transferList) {
    const serial = ++this.#serial
    // Once: what a getter returns twice may differ. Also where nobody gets it, for the error.
    const captured = destinations.length === 2 ? value : structuredClone(value)
    for (let at = 0; at < destinations.length; at += 2) {
      const channel = this.#channelTo(destinations[at])
      if (channel === undefined) continue
      const subscription = destinations[at + 1]
      const isBuffer = Buffer.isBuffer(value)
      const message = { sender: this.number, subscription, serial, isBuffer, value: captured }
      if (transferList.length === 0) channel.postMessage(message)
      else portOf(channel).postMessage(message, transferList)
    }
    return serial
  }

  /**
   * @param {number} receiver
   * @returns {Channel | undefined} none to one that has closed
   */
  #channelTo(receiver) {
    const known = this.#channels.get(receiver)
    if (known !== undefined) return known
    if (this.#channels.size >= MANY) this.#closeUnneeded()
    const slot = this.#claim(receiver)
    if (slot === undefined) return undefined
    const channel = openChannel(receiver, slot)
    this.#channels.set(receiver, channel)
    return channel
  }

  /** @param {number} receiver */
  #claim(receiver) {
    const pause = new Int32Array(new SharedArrayBuffer(4))
    for (let waited = 0; waited < PATIENCE_MS; waited++) {
      const slot = native().busClaimSlot(this.#port, receiver)
      if (typeof slot === 'number') return slot
      if (!native().busReceives(this.#port, receiver)) return undefined
      Atomics.wait(pause, 0, 0, 1)
    }
    throw dataCloneError('What only postMessage carries could not be sent: a receiver does not turn its loop.')
  }

  #closeUnneeded() {
    for (const [receiver, channel] of this.#channels) {
      if (native().busReceives(this.#port, receiver)) continue
      channel.close()
      this.#channels.delete(receiver)
    }
  }

  close() {
    for (const channel of this.#channels.values()) channel.close()
    this.#channels.clear()
  }
}

/** @type {symbol | undefined} */
let kHandle

/**
 * The MessagePort behind a BroadcastChannel, whose own postMessage() takes no list of what to transfer.
 * @param {any} channel
 */
function portOf(channel) {
  kHandle ??= Object.getOwnPropertySymbols(channel).find(({ description }) => description === 'kHandle')
  const port = kHandle === undefined ? undefined : channel[kHandle]
  if (typeof port?.postMessage !== 'function') throw dataCloneError('Nothing can be transferred in this host.')
  return port
}

/** @param {{ transferList?: readonly any[] }} options */
function transferListOf(options) {
  validateObject(options, 'options')
  const { transferList = [] } = options
  if (!Array.isArray(transferList)) {
    throw new codes.ERR_INVALID_ARG_TYPE('options.transferList', 'Array', transferList)
  }
  return transferList
}

/**
 * What is transferred goes to one place.
 * @param {string} topic
 * @param {number[]} destinations pairs
 */
function assertOneDestination(topic, destinations) {
  if (destinations.length === 0) throw new codes.ERR_EVENTS_NO_SUBSCRIBERS(topic)
  if (destinations.length > 2) {
    throw dataCloneError(`${destinations.length / 2} subscriptions match: what is transferred goes to one.`)
  }
}

module.exports = { LOST, ReceivingPorts, SendingPorts, assertOneDestination, transferListOf }
