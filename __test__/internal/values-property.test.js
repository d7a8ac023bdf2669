'use strict'

const { serialize } = require('node:v8')
const fc = require('fast-check')
const { Decoder, Encoder } = require('../../lib/internal/values')

// The bytes that V8 writes for a value tell apart everything that can be cloned: holes, -0, identity, order of keys.
// What an array is made of inside (holey or packed) shows in them too, so both sides are cloned once more by V8.
const image = (value) => serialize(structuredClone(value)).toString('latin1')

// A substring of a batch's text may have wider characters inside V8 than the string it was, which those bytes show:
// there our own bytes are compared, which the first test has proven.
const ownImage = (value) => {
  const encoder = new Encoder()
  encoder.append(value)
  return encoder.bytes.toString('latin1', 0, encoder.position)
}

const leaf = () =>
  fc.oneof(
    fc.integer(),
    fc.double(),
    fc.string({ unit: 'binary' }),
    fc.string({ minLength: 200, maxLength: 600 }),
    fc.bigInt(),
    fc.boolean(),
    fc.constantFrom(null, undefined, -0, '__proto__', '\ud800x'),
    fc.date(),
    fc.uint8Array(),
    fc.int32Array(),
    fc.float64Array(),
    fc.constantFrom(/a/g, Object(1), Object('s'))
  )

const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf(),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('a', 'b', '__proto__', '1')), tie('value'), {
      noNullPrototype: true,
    }),
    fc.record({ id: fc.integer(), name: fc.string(), inner: tie('value') }, { noNullPrototype: true }),
    fc.array(tie('value')),
    fc.sparseArray(tie('value'), { maxLength: 10, noTrailingHole: false }),
    fc.array(fc.tuple(tie('value'), tie('value'))).map((entries) => new Map(entries)),
    fc.array(tie('value')).map((members) => new Set(members)),
    tie('value').map((one) => [one, { one }, one])
  ),
}))

test.each([
  [false, image],
  [true, ownImage],
])('decode(encode(x)) is structuredClone(x), sharedText: %s', (sharedText, show) => {
  const definitions = []
  const shapes = {
    intern: (one) => (definitions.includes(one) ? definitions.indexOf(one) : definitions.push(one) - 1),
    definition: (id) => definitions[id],
  }
  const encoder = new Encoder({ sharedText, shapes, initialBytes: 16 })
  const decoder = new Decoder({ shapes })
  fc.assert(
    fc.property(fc.array(anything, { minLength: 1, maxLength: 4 }), (values) => {
      encoder.reset()
      for (const one of values) encoder.append(one)
      decoder.open(encoder.bytes)
      decoder.openText(encoder.text)
      for (const one of values) expect(show(decoder.next())).toBe(show(structuredClone(one)))
      expect(decoder.position).toBe(encoder.position)
    }),
    { numRuns: 200 }
  )
})
