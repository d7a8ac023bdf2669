'use strict'

// The pattern listeners of one emitter: a trie of tokens, as NATS' sublist, and a cache of what each event name matches.

/** As long as this, the cache holds names that recur; then it begins anew. */
const CACHED_NAMES = 4096
/** Node emits these about listeners; patterns would only see them where somebody listens to them by name. */
const ABOUT_LISTENERS = ['newListener', 'removeListener']

/** @typedef {{ listener: Function, order: number }} Entry */
/** @typedef {{ next: Map<string, Node>, here: Entry[], rest: Entry[] }} Node */

/** @returns {Node} */
function emptyNode() {
  return { next: new Map(), here: [], rest: [] }
}

class PatternTable {
  #root = emptyNode()
  #order = 0
  /** @type {Map<string | symbol, Function | Function[] | null>} */ #cache = new Map()

  /**
   * @param {string} pattern
   * @param {Function} listener
   */
  add(pattern, listener) {
    let node = this.#root
    for (const token of pathOf(pattern)) {
      let next = node.next.get(token)
      if (next === undefined) node.next.set(token, (next = emptyNode()))
      node = next
    }
    entriesOf(node, pattern).push({ listener, order: this.#order++ })
    this.#cache.clear()
  }

  /**
   * Removes the one that was added last.
   * @param {string} pattern
   * @param {Function} listener
   */
  remove(pattern, listener) {
    const nodes = [this.#root]
    const path = pathOf(pattern)
    for (const token of path) {
      const next = nodes[nodes.length - 1].next.get(token)
      if (next === undefined) return
      nodes.push(next)
    }
    const entries = entriesOf(nodes[nodes.length - 1], pattern)
    const at = entries.findLastIndex((entry) => entry.listener === listener)
    if (at === -1) return
    entries.splice(at, 1)
    this.#cache.clear()
    prune(nodes, path)
  }

  clear() {
    this.#root = emptyNode()
    this.#cache.clear()
  }

  /**
   * @param {string | symbol} type
   * @returns {Function | import('./lists.js').List | null} who listens to this event, as a store has it
   */
  match(type) {
    const cached = this.#cache.get(type)
    return cached === undefined ? this.#find(type) : cached
  }

  /** @param {string | symbol} type */
  #find(type) {
    /** @type {Entry[]} */
    const found = []
    if (typeof type === 'string' && !ABOUT_LISTENERS.includes(type)) {
      const tokens = type.split('.')
      if (!tokens.includes('')) collect(this.#root, tokens, 0, found)
    }
    const listeners = found.sort((a, b) => a.order - b.order).map(({ listener }) => listener)
    const handler = listeners.length < 2 ? (listeners[0] ?? null) : listeners
    if (this.#cache.size >= CACHED_NAMES) this.#cache.clear()
    this.#cache.set(type, handler)
    return handler
  }
}

/**
 * The tokens that lead to a pattern's node: all but a trailing `>`.
 * @param {string} pattern
 */
function pathOf(pattern) {
  const tokens = pattern.split('.')
  return tokens.at(-1) === '>' ? tokens.slice(0, -1) : tokens
}

/**
 * @param {Node} node
 * @param {string} pattern
 */
function entriesOf(node, pattern) {
  return pattern === '>' || pattern.endsWith('.>') ? node.rest : node.here
}

/**
 * @param {Node} node
 * @param {string[]} tokens
 * @param {number} at
 * @param {Entry[]} found
 */
function collect(node, tokens, at, found) {
  if (at === tokens.length) {
    found.push(...node.here)
    return
  }
  found.push(...node.rest)
  const token = tokens[at]
  const exact = node.next.get(token)
  if (exact !== undefined) collect(exact, tokens, at + 1, found)
  const any = token === '*' ? undefined : node.next.get('*') // an event may be called so
  if (any !== undefined) collect(any, tokens, at + 1, found)
}

/**
 * Gives up nodes that lead nowhere any more.
 * @param {Node[]} nodes from the root on
 * @param {string[]} path
 */
function prune(nodes, path) {
  for (let at = path.length; at > 0; at--) {
    const { next, here, rest } = nodes[at]
    if (next.size + here.length + rest.length > 0) return
    nodes[at - 1].next.delete(path[at - 1])
  }
}

module.exports = { PatternTable }
