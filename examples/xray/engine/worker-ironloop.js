'use strict'

// The handlers that an ironloop Pool runs in its workers: one file per task. Findings go out on the Bus as they are made,
// the facts are the task's result.

const { Bus } = require('ironloop/events')
const { workerData } = require('ironloop/pool')
const { examineFile } = require('../worker/examine-file.js')
const { estimateFile } = require('../worker/estimate-complexity.js')
const kit = require('./kit-ironloop.js')

const { root, busName } = workerData
const bus = Bus.open(busName)
/** @param {import('../worker/examine-file').Finding} finding */
const publish = (finding) => void bus.publish(`found.${finding.group}`, finding)

/** @param {string} path */
const examine = (path) => examineFile(root, path, { ...kit, publish })

/** @param {string} path */
const estimate = (path) => estimateFile(root, path)

module.exports = { default: examine, estimate }
