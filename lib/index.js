'use strict'

// The root: every module as a namespace, loaded when first touched.

const modules = {
  buffer: () => require('./buffer/index.js'),
  child_process: () => require('./child_process/index.js'),
  events: () => require('./events/index.js'),
  loop: () => require('./loop/index.js'),
  net: () => require('./net/index.js'),
  pool: () => require('./pool/index.js'),
  stream: () => require('./stream/index.js'),
  timers: () => require('./timers/index.js'),
}

// By module: by which mechanism its promises are kept on this machine.
/** @type {Record<string, () => Record<string, unknown>>} */
const mechanisms = {
  child_process: () => require('./child_process/capabilities.js').capabilities(),
  loop: () => require('./loop/capabilities.js').capabilities(),
}

for (const [name, load] of Object.entries(modules)) {
  Object.defineProperty(exports, name, { enumerable: true, get: load })
}

exports.version = require('../package.json').version
exports.capabilities = () => require('./internal/capabilities.js').capabilities(mechanisms)
