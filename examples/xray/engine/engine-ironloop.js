'use strict'
module.exports = { ...require('./engine-node.js'), name: 'ironloop' }
