'use strict'

// What node:events keeps on its instances under symbols that it does not export. Ours carry the same, so that Node's
// methods work on our emitters and ours on Node's. Where a runtime has no such symbol, one of our own takes its place.

const NodeEventEmitter = require('node:events')

/**
 * @param {object} object
 * @param {string} description
 */
function symbolOn(object, description) {
  return Object.getOwnPropertySymbols(object).find((symbol) => symbol.description === description)
}

const ignore = () => {}
const sample = /** @type {any} */ (new NodeEventEmitter().on('sample', ignore).on('sample', ignore))
const kEmitting = symbolOn(sample._events.sample, 'events.emitting')

module.exports = {
  NodeEventEmitter,
  /** Node's emit as it was when this was loaded: what it does with an unhandled 'error' cannot be had otherwise. */
  nodeEmit: NodeEventEmitter.prototype.emit,
  /** Whether this is loaded where classes are others than Node's: in Jest, in a vm context. */
  sandboxed: !(NodeEventEmitter instanceof Function),
  /** On an emitter: whether rejections of listeners become 'error' events. */
  kCapture: symbolOn(sample, 'kCapture') ?? Symbol('kCapture'),
  /** On an emitter: whether its store was made by another and keeps its keys (Node's streams do so). */
  kShapeMode: symbolOn(sample, 'shapeMode') ?? Symbol('shapeMode'),
  /** On a list of listeners: how many emits are going through it. Node copies such lists to change them, since 24. */
  kEmitting: kEmitting ?? Symbol('events.emitting'),
  /** Whether it does. Before, Node changes any list in place, and emit goes through a copy. */
  nodeCountsEmits: kEmitting !== undefined,
}
