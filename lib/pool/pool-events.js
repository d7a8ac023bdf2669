'use strict'

// An EventEmitter whose listeners run in the pool's own async context, as EventEmitterAsyncResource's do.

const { AsyncResource } = require('node:async_hooks')
const { EventEmitter } = require('node:events')

class PoolResource extends AsyncResource {
  #isBusy

  /** @param {() => boolean} isBusy */
  constructor(isBusy) {
    super('Pool')
    this.#isBusy = isBusy
  }

  /** Asked by tools that look for what keeps a process alive (Jest's --detectOpenHandles). */
  hasRef() {
    return this.#isBusy()
  }
}

class PoolEvents extends EventEmitter {
  #resource = new PoolResource(() => this.isBusy())

  /** Whether tasks are pending. */
  isBusy() {
    return false
  }

  /**
   * @param {string | symbol} event
   * @param {...any} args
   */
  emit(event, ...args) {
    return this.#resource.runInAsyncScope(super.emit, this, event, ...args)
  }

  get asyncId() {
    return this.#resource.asyncId()
  }

  get triggerAsyncId() {
    return this.#resource.triggerAsyncId()
  }

  get asyncResource() {
    return this.#resource
  }

  emitDestroy() {
    this.#resource.emitDestroy()
  }
}

module.exports = { PoolEvents }
