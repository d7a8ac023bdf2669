'use strict'

// Node's own names, those that start a child without waiting over our own handle; `run` is ours.

const nodes = require('node:child_process')
const { killTree } = require('./kill-tree.js')
const { run } = require('./run.js')
const { RunError } = require('./run-error.js')
const dropIn = require('./spawn/index.js')

module.exports = { ...nodes, ...dropIn, RunError, killTree, run }
