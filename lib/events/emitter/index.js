'use strict'

// exports only: the class with all of node:events' exports as its properties

module.exports = require('./exports.js').EventEmitter
