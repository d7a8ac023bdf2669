'use strict'

/**
 * Runs `work` over a stream of items, `limit` at a time, and hands on each result as it comes. The first failure, of the
 * stream or of the work, ends it.
 *
 * @template Item, Result
 * @param {AsyncIterable<Item> | Iterable<Item>} items
 * @param {(item: Item) => Promise<Result>} work
 * @param {(result: Result) => void} onResult
 * @param {number} limit
 */
async function eachUnordered(items, work, onResult, limit) {
  let running = 0
  /** @type {unknown} */
  let failure
  let wake = () => {}
  const oneSettled = () => new Promise((resolve) => (wake = () => resolve(undefined)))
  for await (const item of items) {
    running++
    work(item)
      .then(onResult)
      .catch((error) => (failure ??= error))
      .finally(() => {
        running--
        wake()
      })
    while (running >= limit) await oneSettled()
    if (failure) break
  }
  while (running > 0) await oneSettled()
  if (failure) throw failure
}

module.exports = { eachUnordered }
