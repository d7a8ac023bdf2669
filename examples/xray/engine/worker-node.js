'use strict'

// A worker thread of the plain-Node engine: one message per file in, one per finding and one per file out.

const { parentPort, workerData } = require('node:worker_threads')
const { examineFile } = require('../worker/examine-file.js')
const { estimateFile } = require('../worker/estimate-complexity.js')
const kit = require('./kit-node.js')

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort)
/** @param {import('../worker/examine-file').Finding} finding */
const publish = (finding) => port.postMessage({ finding })

port.on('message', ({ id, work, path }) => {
  const { root } = workerData
  const result = work === 'examine' ? examineFile(root, path, { ...kit, publish }) : estimateFile(root, path)
  port.postMessage({ id, result })
})
