'use strict'

const { delimited } = require('./delimited.js')
const { framed } = require('./framed.js')
const { lengthPrefixed } = require('./length-prefixed.js')
const { netstring } = require('./netstring.js')
const { sendFile } = require('./send-file.js')
const { createFramedServer } = require('./server.js')
const { struct } = require('./struct.js')

module.exports = { createFramedServer, delimited, framed, lengthPrefixed, netstring, sendFile, struct }
