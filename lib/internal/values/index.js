'use strict'

// Values that cross threads: captured by an Encoder into bytes, read back by a Decoder.
//
//   const encoder = new Encoder()
//   encoder.append(value)                      // bytes[0, position); throws DataCloneError, arena rolled back
//   const decoder = new Decoder()
//   decoder.open(bytes)                        // a cursor
//   decoder.next()                             // the value; position is behind it

const { Decoder } = require('./decoder.js')
const { Encoder } = require('./encoder.js')

module.exports = { Decoder, Encoder }
