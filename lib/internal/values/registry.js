'use strict'

// The shapes of this process, in native code: one table for all threads and all copies of lib.

const { native } = require('../native.js')

/** @type {import('./shapes.js').Registry} */
const processShapes = {
  intern: (definition) => native().raw.values.internShape(definition),
  definition: (id) => native().shapeDefinition(id),
}

module.exports = { processShapes }
