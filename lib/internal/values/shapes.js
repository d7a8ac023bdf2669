'use strict'

// Shapes: the key lists of plain objects, interned so that a message carries two bytes instead of its keys.
//
// The writer walks a tree of keys (one edge per key, as V8's own map transitions do) while it writes the values, and so
// knows the shape when the last key is done. A shape is interned when it is met the second time, because an object
// used as a dictionary never comes twice; the registry refuses when it is full, and the tree stops growing.
// Invariant: a shape's number means the same keys everywhere in the process, for as long as the process lives.

/** @typedef {{ intern(definition: string): number, definition(id: number): string }} Registry */

const MAX_NODES = 16384
const MAX_KEYS = 64
const NEVER = -2
const UNKNOWN = -1

class ShapeNode {
  /**
   * @param {ShapeNode | null} parent
   * @param {string} key
   */
  constructor(parent, key) {
    this.parent = parent
    this.key = key
    /** @type {number} */
    this.depth = parent === null ? 0 : parent.depth + 1
    this.met = false
    this.id = UNKNOWN
    // The edge taken last: streams of equal objects take it every time.
    this.lastKey = ''
    /** @type {ShapeNode | null} */
    this.lastChild = null
    /** @type {Map<string, ShapeNode> | null} */
    this.children = null
  }

  /** @returns {string[]} */
  keys() {
    const keys = new Array(this.depth)
    for (let node = /** @type {ShapeNode} */ (this); node.parent !== null; node = node.parent) {
      keys[node.depth - 1] = node.key
    }
    return keys
  }
}

class ShapeTree {
  /** @param {Registry | undefined} registry */
  constructor(registry) {
    this.root = new ShapeNode(null, '')
    this.root.id = NEVER
    this.nodes = 0
    this.registry = registry
  }

  /**
   * The node after `key`, or null where the tree is full.
   * @param {ShapeNode} node
   * @param {string} key
   */
  step(node, key) {
    let child = node.children === null ? undefined : node.children.get(key)
    if (child === undefined) {
      if (this.nodes === MAX_NODES || node.depth === MAX_KEYS) return null
      this.nodes++
      child = new ShapeNode(node, key)
      if (node.children === null) node.children = new Map()
      node.children.set(key, child)
    }
    node.lastKey = key
    node.lastChild = child
    return child
  }

  /**
   * The number of the shape that ends here; negative where its keys have to be written out.
   * @param {ShapeNode} node
   */
  identify(node) {
    if (node.id !== UNKNOWN) return node.id
    if (!node.met) {
      node.met = true
      return UNKNOWN
    }
    const id = this.registry === undefined ? NEVER : this.registry.intern(JSON.stringify(node.keys()))
    node.id = id < 0 ? NEVER : id
    return node.id
  }
}

class ShapeTable {
  /** @param {Registry | undefined} registry */
  constructor(registry) {
    /** @type {(string[] | undefined)[]} */
    this.shapes = []
    this.registry = registry
  }

  /**
   * @param {number} id
   * @returns {string[]}
   */
  keys(id) {
    const known = this.shapes[id]
    if (known !== undefined) return known
    const keys = JSON.parse(/** @type {Registry} */ (this.registry).definition(id))
    while (this.shapes.length < id) this.shapes.push(undefined)
    this.shapes[id] = keys
    return keys
  }
}

module.exports = { ShapeNode, ShapeTable, ShapeTree }
