'use strict'

// A trace as a table: one line for each callback, a rule between two turns of the loop.

/** @typedef {import('./recorder.js').TraceRecord} TraceRecord */

const BEFORE = ['main', 'nextTick', 'microtask']

/** What ran, in words. @param {TraceRecord} record */
function titleOf({ name, type, place }) {
  const what = name === '' ? type : `${type} ${name}`
  return place === '' ? what : `${what} (${place})`
}

/**
 * @param {TraceRecord[]} records
 * @param {boolean} times without them the text of a program is the same each time, if its order is
 */
function textOf(records, times) {
  const lines = [`${times ? '     ms  ' : ''}phase      callback`]
  // What runs before the loop does is in no turn.
  let turn = records.find(({ phase }) => !BEFORE.includes(phase))?.turn
  let began = false
  for (const record of records) {
    began ||= !BEFORE.includes(record.phase)
    if (began && record.turn !== turn) {
      turn = record.turn
      lines.push('-'.repeat(times ? 56 : 47))
    }
    const time = times ? `${record.startMs.toFixed(2).padStart(7)}  ` : ''
    lines.push(`${time}${record.phase.padEnd(10)} ${'  '.repeat(record.depth)}${titleOf(record)}`)
  }
  return `${lines.join('\n')}\n`
}

module.exports = { textOf, titleOf }
