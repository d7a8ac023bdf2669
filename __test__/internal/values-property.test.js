'use strict'

const fc = require('fast-check')
const { Decoder, Encoder } = require('../../lib/internal/values')

/** All that can be cloned, as text: holes, -0, identity, order of keys. */
function image(/** @type {any} */ value) {
  const seen = new Map()
  const show = (/** @type {any} */ one) => {
    if (typeof one === 'string') return JSON.stringify(one)
    if (typeof one === 'bigint') return `${one}n`
    if (typeof one !== 'object' || one === null) return Object.is(one, -0) ? '-0' : String(one)
    if (seen.has(one)) return `#${seen.get(one)}`
    seen.set(one, seen.size)
    return `${Object.prototype.toString.call(one)}{${content(one).join()}}`
  }
  const content = (/** @type {any} */ one) => {
    const kind = Object.prototype.toString.call(one).slice(8, -1)
    if (kind === 'Map') return Array.from(one, ([key, item]) => `${show(key)}=>${show(item)}`)
    if (kind === 'Set') return Array.from(one, show)
    if (kind === 'Date') return [one.getTime()]
    if (kind === 'RegExp' || kind === 'Number' || kind === 'String') return [String(one)]
    if (ArrayBuffer.isView(one)) return Array.from(/** @type {any} */ (one), show)
    const keys = Object.keys(one).map((key) => `${JSON.stringify(key)}:${show(one[key])}`)
    return Array.isArray(one) ? [one.length, ...keys] : keys
  }
  return show(value)
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

test.each([false, true])('decode(encode(x)) is structuredClone(x), sharedText: %s', (sharedText) => {
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
      for (const one of values) expect(image(decoder.next())).toBe(image(structuredClone(one)))
      expect(decoder.position).toBe(encoder.position)
    }),
    { numRuns: 200 }
  )
})
