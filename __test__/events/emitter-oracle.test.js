'use strict'

// Whatever a program does with an emitter, it sees what it would see with Node's.

const fc = require('fast-check')
const NodeEventEmitter = require('node:events')
const EventEmitter = require('../../lib/events/emitter/index.js')
const { played, program } = require('../fixtures/events/emitter-script.js')

const RUNS = { numRuns: Number(process.env.RUNS ?? 300) }

test('random programs see the same on both', () => {
  fc.assert(
    fc.property(program, (one) => {
      expect(played(EventEmitter, one)).toEqual(played(NodeEventEmitter, one))
    }),
    RUNS
  )
})

test("random programs see the same when Node's methods are mixed with ours on one emitter", () => {
  fc.assert(
    fc.property(program, fc.array(fc.boolean(), { minLength: 5, maxLength: 50 }), (one, choices) => {
      let call = 0
      const mixed = (/** @type {any} */ emitter, /** @type {string} */ key) =>
        choices[call++ % choices.length] ? /** @type {any} */ (NodeEventEmitter.prototype)[key] : emitter[key]
      expect(played(EventEmitter, one, mixed)).toEqual(played(NodeEventEmitter, one))
    }),
    RUNS
  )
})

test("random programs see the same when our methods are used on Node's emitter", () => {
  fc.assert(
    fc.property(program, fc.array(fc.boolean(), { minLength: 5, maxLength: 50 }), (one, choices) => {
      let call = 0
      const mixed = (/** @type {any} */ emitter, /** @type {string} */ key) =>
        choices[call++ % choices.length] ? /** @type {any} */ (EventEmitter.prototype)[key] : emitter[key]
      expect(played(NodeEventEmitter, one, mixed)).toEqual(played(NodeEventEmitter, one))
    }),
    RUNS
  )
})
