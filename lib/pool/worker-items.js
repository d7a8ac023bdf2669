'use strict'

// A task that yields items: its generator is asked for the next one while the consumer is not too far behind.

const { codes } = require('../internal/errors.js')
const { ITEMS_AHEAD } = require('./wire.js')

/**
 * @param {any} result what the handler returned
 * @returns {AsyncIterator<any> | Iterator<any>}
 */
function iteratorOf(result) {
  const iterator = result?.[Symbol.asyncIterator]?.() ?? result?.[Symbol.iterator]?.()
  if (iterator === undefined) throw new codes.ERR_INVALID_RETURN_VALUE('an iterable', 'handler', result)
  return iterator
}

/**
 * Passes on what a handler yields; resolves with what it returns.
 * @param {any} result
 * @param {import('./task-context.js').TaskContext} context
 * @param {{ send(item: any): void, taken(): number }} consumer
 */
async function sendItems(result, context, consumer) {
  const iterator = iteratorOf(await result)
  for (let sent = 0; ; sent++) {
    while (sent - consumer.taken() >= ITEMS_AHEAD && !context.isOver()) await context.news()
    if (context.isOver()) return iterator.return?.()
    const { value, done } = await iterator.next()
    if (done) return value
    consumer.send(value)
  }
}

module.exports = { sendItems }
