'use strict'

// Whether listeners may run in the context that a callback from native code brings along, instead of entering that of
// their subscription by AsyncResource.runInAsyncScope(): Node cuts the list of what has been entered back by a slow way
// when a native scope ends in which JavaScript had entered another one, which costs as much as a whole delivery.

const { native } = require('../internal/native.js')

/** Nodes whose AsyncLocalStorage always follows the resource of a callback, the native ones too. */
const FOLLOWS_RESOURCES = Number(process.versions.node.split('.')[0]) < 22

/** @typedef {import('node:async_hooks').AsyncResource} AsyncResource */

/**
 * Later ones have a frame of stores beside each resource, or none where no store is entered; native scopes have none.
 * @param {AsyncResource} resource
 */
function isNativeEnough(resource) {
  const isFrame = (/** @type {symbol} */ { description }) => description === 'context_frame'
  const frame = Object.getOwnPropertySymbols(resource).find(isFrame)
  return frame === undefined ? FOLLOWS_RESOURCES : /** @type {any} */ (resource)[frame] === undefined
}

/**
 * Native calls of a port happen in a context of their own, begun here.
 * @param {number} port
 */
const beginContext = (port) => native().raw.inbox.setOwnContext(port, true)

/** @param {number} port */
const endContext = (port) => native().raw.inbox.setOwnContext(port, false)

module.exports = { beginContext, endContext, isNativeEnough }
