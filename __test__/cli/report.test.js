'use strict'

// From records to a report, without running a program.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { codeFrame } = require('../../lib/cli/doctor/code-frame.js')
const { findingsIn } = require('../../lib/cli/doctor/findings.js')
const { page } = require('../../lib/cli/doctor/page.js')
const { sparkline } = require('../../lib/cli/doctor/sparkline.js')
const { textOf } = require('../../lib/cli/doctor/text.js')

const file = path.join(__dirname, '../fixtures/cli/ends.js')
const frame = (/** @type {number} */ line, at = file, functionName = 'block') => ({
  functionName,
  file: at,
  line,
  column: 1,
})
const start = 1_700_000_000_000
const healthy = [
  { kind: 'start', at: start, pid: 1 },
  { kind: 'up', at: start + 100 },
  { kind: 'sample', at: start + 250, busy: 0.2, poolMs: 0.1 },
  { kind: 'sample', at: start + 500, busy: 1, poolMs: 90 },
  { kind: 'sample', at: start + 750, busy: 0.5 },
  { kind: 'end', at: start + 800, code: 0 },
]
const blocked = [
  ...healthy,
  { kind: 'block', at: start + 10, ms: 60, cause: 'javascript', frames: [frame(1)] },
  { kind: 'block', at: start + 200, ms: 80, cause: 'javascript', frames: [frame(0, 'node:fs'), frame(7), frame(26)] },
  { kind: 'block', at: start + 300, ms: 120, gcMs: 60, cause: 'javascript', frames: [frame(7)] },
  { kind: 'block', at: start + 500, ms: 70, cause: 'gc', stackMissing: 'it was <over>' },
  { kind: 'block', at: start + 600, ms: 100, cause: 'native', frames: [frame(9)] },
  { kind: 'block', at: start + 700, ms: 900, cause: 'suspended' },
  { kind: 'calls', name: 'fs.readFileSync', caller: frame(9), count: 3, ms: 99, maxMs: 97, maxAt: start + 601 },
  { kind: 'calls', name: 'fs.readFileSync', caller: frame(9), count: 1, ms: 1, maxMs: 1, maxAt: start + 301 },
  { kind: 'calls', name: 'child_process.spawn', count: 2, ms: 3, maxMs: 2, maxAt: start + 301 },
]

/** @param {object[]} records */
function findings(records, blocks = '', rest = '') {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-report-'))
  fs.writeFileSync(path.join(directory, '1.jsonl'), records.map((one) => `${JSON.stringify(one)}\n`).join('') + rest)
  if (blocks !== '') fs.writeFileSync(path.join(directory, '1.blocks'), blocks)
  try {
    return findingsIn(directory, { thresholdMs: 50 })
  } finally {
    fs.rmSync(directory, { recursive: true })
  }
}

test('blocks are grouped by culprit, the call that took the time is named, and those of start-up are left out', () => {
  const { blocks, culprits, longestMs, blockedMs } = findings(blocked)
  expect({ blocks, longestMs, blockedMs }).toEqual({ blocks: 4, longestMs: 120, blockedMs: 370 })
  expect(
    culprits.map(({ call, cause, count, line, maxMs, totalMs }) => [call, cause, line, count, maxMs, totalMs])
  ).toEqual([
    [undefined, 'javascript', 7, 2, 120, 200],
    ['fs.readFileSync', 'native', 9, 1, 100, 100],
    [undefined, 'gc', undefined, 1, 70, 70],
  ])
  expect(culprits[0].code).toContainEqual(expect.stringMatching(/^> 7 \|/))
})

test('calls are added up by caller, and starting children stands apart', () => {
  const { calls, spawns } = findings(blocked)
  expect(calls).toMatchObject([{ name: 'fs.readFileSync', count: 4, ms: 100, maxMs: 97 }])
  expect(spawns).toMatchObject([{ name: 'child_process.spawn', count: 2 }])
})

test('a record cut off in the middle, and no record at all', () => {
  expect(findings(healthy, '', '{"kind":"blo').blocks).toBe(0)
  expect(findings([])).toMatchObject({ blocks: 0, started: false })
  expect(textOf(findings([]))).toContain('no block over 50 ms')
})

test('the text of a healthy run names nobody', () => {
  const text = textOf(findings(healthy))
  expect(text).toMatch(
    /^\nironloop doctor: no block over 50 ms; started in 100 ms, ran 800 ms\n\nloop busy {3}▂█▄ mean 57 %, most 100 %\n/
  )
  expect(text).not.toContain('blocked')
  expect(text).not.toContain('Sync')
})

test('the text of a blocked run shows code, callers, calls and children', () => {
  const text = textOf(findings(blocked))
  expect(text).toContain('4 blocks over 50 ms, the longest 120 ms, together 370 ms')
  expect(text).toMatch(
    /blocked 2 times, up to 120 ms, together 200 ms at block \(__test__\/fixtures\/cli\/ends\.js:7\): JavaScript, 30 % of it garbage collection/
  )
  expect(text).toContain('no stack: it was <over>')
  expect(text).toContain('the process was stopped for 900 ms')
  expect(text).toMatch(/4 x fs\.readFileSync, together 100 ms, up to 97 ms/)
  expect(text).toMatch(/2 x child_process\.spawn/)
  expect(text).not.toContain('\u001b')
})

test('a block that the program ended in is known by what the watchdog wrote', () => {
  const unended = blocked.filter(({ kind }) => kind !== 'end')
  const beginning = 'ironloop: process 1: the loop of the main thread has been blocked for 55 ms in JavaScript'
  const stack = `    at forever (${file}:26:3)\n    at ${file}:30:1`
  const last = findings(unended, `${beginning}\n${stack}\n`).culprits.find(({ ended }) => ended === false)
  expect(last).toMatchObject({ functionName: 'forever', file, line: 26, cause: 'javascript', count: 1 })
  expect(last?.frames).toHaveLength(2)
  expect(textOf(findings(unended, `${beginning}\n    (no stack: why)\n`))).toMatch(
    /until the program ended\n +no stack: why/
  )
  const over = beginning.replace('has been', 'was')
  expect(findings(unended, `${beginning}\n${stack}\n${over}\n`).blocks).toBe(4)
  expect(findings(blocked, `${beginning}\n`).blocks).toBe(4)
})

test('the page is one well-formed file that loads and runs nothing, and shows text as text', () => {
  const html = page(findings(blocked))
  expect(html).toMatch(/^<!doctype html>/)
  expect(html).not.toMatch(/<script|src=|href=|url\(|@import|https?:/)
  expect(html).toContain('it was &#60;over&#62;')
  expect(html.match(/<svg /g)).toHaveLength(3)
  expect(html.match(/fill="var\(--bad\)"/g)).toHaveLength(4)
  expect(html.match(/<article>/g)).toHaveLength(3)
  const open = []
  for (const [, close, name] of html.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^>]*?)?(?<!\/)>/g)) {
    if (['meta', '!doctype'].includes(name)) continue
    if (close) expect(open.pop()).toBe(name)
    else open.push(name)
  }
  expect(open).toEqual([])
})

test('a sparkline keeps the highest of what it draws together', () => {
  expect(sparkline([0, 0.5, 1], 1)).toBe('▁▄█')
  expect(sparkline([0, 0, 9, 0, 0, 0], 9, 3)).toBe('▁█▁')
  expect(sparkline([], 1)).toBe('')
  expect(sparkline([0, 0], 0)).toBe('▁▁')
})

test('a code frame at the edges of a file, of long lines, and of no file', () => {
  expect(codeFrame(file, 1)?.[0]).toBe("> 1 | 'use strict'")
  expect(codeFrame(`${file}.missing`, 1)).toBeUndefined()
  expect(codeFrame(file, 10_000)).toEqual([])
})
