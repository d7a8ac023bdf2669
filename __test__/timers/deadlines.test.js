'use strict'

const fc = require('fast-check')
const { Deadlines } = require('../../lib/timers/deadlines.js')

/** @param {(entry: { live: boolean }) => boolean} [isLive] */
const queue = (isLive = (entry) => entry.live) => new Deadlines(isLive)

test('gives entries by their deadlines, whatever is added, closed and postponed: against a list searched whole', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ add: fc.nat(1000) }) },
    { weight: 3, arbitrary: fc.record({ cancel: fc.nat(300) }) },
    { weight: 2, arbitrary: fc.record({ take: fc.nat(5) }) },
    { weight: 1, arbitrary: fc.record({ postpone: fc.nat(500) }) }
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
      const deadlines = queue()
      /** @type {{ time: number, live: boolean }[]} */
      let model = []
      const least = () => Math.min(Infinity, ...model.map(({ time }) => time))
      for (const { add, cancel, take, postpone } of /** @type {any[]} */ (steps)) {
        if (add !== undefined) {
          const entry = { time: add, live: true }
          model.push(entry)
          deadlines.add(add, entry)
        } else if (cancel !== undefined && model.length > 0) {
          const [entry] = model.splice(cancel % model.length, 1)
          entry.live = false
          deadlines.cancelled()
        } else if (postpone !== undefined && model.length > 0) {
          const time = deadlines.earliest()
          const entry = /** @type {{ time: number, live: boolean }} */ (deadlines.first())
          expect(entry.time).toBe(time)
          entry.time += postpone
          deadlines.postponeFirst(entry.time)
        }
        for (let count = 0; count < (take ?? 0) && model.length > 0; count++) {
          expect(deadlines.earliest()).toBe(least())
          const entry = deadlines.first()
          deadlines.removeFirst()
          model = model.filter((one) => one !== entry)
        }
        expect(deadlines.earliest()).toBe(least())
        expect(deadlines.size).toBe(model.length)
      }
    }),
    { numRuns: 30 }
  )
})

test('closed entries are let go of before they are more than the live ones', () => {
  let asked = 0
  const deadlines = queue((entry) => {
    asked++
    return entry.live
  })
  const entries = Array.from({ length: 10_000 }, () => ({ live: true }))
  for (const [time, entry] of entries.entries()) deadlines.add(time, entry)
  for (const entry of entries.slice(1)) {
    entry.live = false
    deadlines.cancelled()
  }
  expect(deadlines.size).toBe(1)
  expect(asked).toBeLessThan(4 * entries.length) // linear in all, not in each
  asked = 0
  expect(deadlines.earliest()).toBe(0)
  deadlines.removeFirst()
  expect(deadlines.earliest()).toBe(Infinity)
  expect(asked).toBeLessThan(200)
})
