'use strict'

const { Writable } = require('node:stream')
const { Board } = require('../../examples/xray/board.js')
const { renderFrame } = require('../../examples/xray/report/frame.js')
const { Paper } = require('../../examples/xray/report/paper.js')
const { createStyle } = require('../../examples/xray/report/style.js')
const { age, bar, clean, cutEnd, cutMiddle, duration, size } = require('../../examples/xray/report/text.js')
const { Tally } = require('../../examples/xray/tree/tally.js')

const plain = createStyle(false)

const halfDone = () => {
  const tally = new Tally()
  tally.done = 50
  tally.addFinding({ group: 'secret', kind: 'npm token', path: 'a/\x1b[2Jb', line: 3, text: 'npm_…aa' })
  const progress = { phase: 'reading', walked: false, tracked: 1, commits: 2, packages: 3, blamed: 0, toBlame: 0 }
  return /** @type {any} */ ({
    root: '/home/someone/a/long/way/to/the/project',
    tally,
    progress,
    walk: { counts: { files: 100 } },
  })
}

describe('the board', () => {
  test.each([20, 40, 80, 200])('fits %i columns, and no name steers the terminal', (width) => {
    const lines = renderFrame(halfDone(), plain, width)
    for (const line of lines) {
      expect([...line].length).toBeLessThanOrEqual(width)
      expect(line).not.toContain('\x1b')
    }
  })

  test('shows the share that is done', () => {
    const [, progress] = renderFrame(halfDone(), plain, 80)
    expect(progress).toMatch(/^ {2}█{18}░{18} {2}50 of 100 files$/)
  })

  test('erases itself and brings the cursor back', () => {
    let written = ''
    const stream = /** @type {any} */ (new Writable({ write: (data, _, done) => done(void (written += data)) }))
    const board = new Board(stream, () => ['one', 'two'])
    board.draw()
    board.draw()
    board.close()
    expect(written).toBe('\x1b[?25l\x1b[Jone\ntwo\n\r\x1b[2A\x1b[Jone\ntwo\n\r\x1b[2A\x1b[J\x1b[?25h')
    board.close()
    expect(process.listeners('exit')).not.toContain(board.restore)
  })
})

test('tables fit the width and say how many entries are left out', () => {
  const paper = new Paper(plain, 50, 2)
  const rows = [
    ['x'.repeat(80), '1'],
    ['a/b', '22'],
    ['c', '3'],
    ['d', '4'],
  ]
  paper.table(rows, [{ cut: 'middle' }, { align: 'right' }], (row) => row)
  expect(paper.lines).toHaveLength(3)
  expect(paper.lines[0]).toHaveLength(50)
  expect(paper.lines[2]).toBe('  … and 2 more')
})

test('numbers, sizes and ages are short', () => {
  expect([0, 999, 1000, 99_949, 99_950, 999_499, 999_500, 1.5e9].map(size)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '99.9 kB',
    '100 kB',
    '999 kB',
    '1.0 MB',
    '1.5 GB',
  ])
  expect([0.25, 999, 1234, 12_345].map(duration)).toEqual(['0.3 ms', '999.0 ms', '1.23 s', '12.3 s'])
  const now = Date.parse('2024-01-01T00:00:00Z')
  const ages = ['2023-12-31T12:00:00Z', '2023-12-01T00:00:00Z', '2023-06-01T00:00:00Z', '2015-01-01T00:00:00Z']
  expect(ages.map((since) => age(since, now))).toEqual(['today', '31 days', '7 months', '8 years'])
  expect([bar(0, 4), bar(0.5, 4), bar(0.53, 4), bar(2, 4)]).toEqual(['', '██', '██▏', '████'])
  expect([cutEnd('abcdef', 4), cutMiddle('abcdefghij', 7), clean('a\x1b[0m\u202eb')]).toEqual([
    'abc…',
    'ab…ghij',
    'a\uFFFD[0m\uFFFDb',
  ])
})
