'use strict'

// An emitter whose listeners run in its own async context. What is asked of an object that is none is left to Node's
// class, which answers as this version of Node does.

const { AsyncResource } = require('node:async_hooks')
const { EventEmitter } = require('./event-emitter.js')
const { NodeEventEmitter } = require('./node-events.js')
const { validateString } = require('../../internal/validators.js')

const node = /** @type {any} */ (Object.getOwnPropertyDescriptors(NodeEventEmitter.EventEmitterAsyncResource.prototype))

class EventEmitterReferencingAsyncResource extends AsyncResource {
  /** @type {any} */ #eventEmitter

  /**
   * @param {any} emitter
   * @param {string} name
   * @param {import('node:async_hooks').AsyncResourceOptions} [options]
   */
  constructor(emitter, name, options) {
    super(name, options)
    this.#eventEmitter = emitter
  }

  get eventEmitter() {
    return this.#eventEmitter
  }
}

const Parent = /** @type {new (options?: any) => any} */ (/** @type {unknown} */ (EventEmitter))

class EventEmitterAsyncResource extends Parent {
  /** @type {EventEmitterReferencingAsyncResource} */ #resource

  /** @param {any} [options] a name, or Node's options */
  constructor(options) {
    const given = typeof options === 'string' ? undefined : options
    if (given === options && new.target === EventEmitterAsyncResource) validateString(options?.name, 'options.name')
    super(given)
    const name = given === options ? options?.name || new.target.name : options
    this.#resource = new EventEmitterReferencingAsyncResource(this, name, given)
  }

  /**
   * @param {string | symbol} event
   * @param {unknown[]} args
   */
  emit(event, ...args) {
    if (!(#resource in this)) return Reflect.apply(node.emit.value, this, [event, ...args])
    return this.#resource.runInAsyncScope(super.emit, this, event, ...args)
  }

  emitDestroy() {
    if (!(#resource in this)) return Reflect.apply(node.emitDestroy.value, this, [])
    this.#resource.emitDestroy()
  }

  get asyncId() {
    return #resource in this ? this.#resource.asyncId() : Reflect.apply(node.asyncId.get, this, [])
  }

  get triggerAsyncId() {
    return #resource in this ? this.#resource.triggerAsyncId() : Reflect.apply(node.triggerAsyncId.get, this, [])
  }

  get asyncResource() {
    return #resource in this ? this.#resource : Reflect.apply(node.asyncResource.get, this, [])
  }
}

module.exports = { EventEmitterAsyncResource }
