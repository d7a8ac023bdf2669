'use strict'

// Node's own names are Node's own functions until the drop-in has its own engine; `run` is ours.

const nodes = require('node:child_process')
const { killTree } = require('./kill-tree.js')
const { run } = require('./run.js')
const { RunError } = require('./run-error.js')

module.exports = { ...nodes, RunError, killTree, run }
