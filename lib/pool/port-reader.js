'use strict'

// A thread's end of the port that ports.js tells of.

const { receiveMessageOnPort } = require('node:worker_threads')

class PortReader {
  /** By serial number. @type {Map<number, any>} */
  #values = new Map()

  /** @param {import('node:worker_threads').MessagePort} port */
  constructor(port) {
    this.port = port
  }

  /**
   * Receives until a value is there; false if it has not arrived.
   * @param {number} serial
   */
  has(serial) {
    while (!this.#values.has(serial)) {
      const one = receiveMessageOnPort(this.port)
      if (one === undefined) return false
      const { message } = one
      if (message.length === 1) this.#values.delete(message[0])
      else this.#values.set(message[0], message[1])
    }
    return true
  }

  /** @param {number} serial */
  take(serial) {
    const value = this.#values.get(serial)
    this.#values.delete(serial)
    return value
  }
}

module.exports = { PortReader }
