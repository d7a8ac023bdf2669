'use strict'

const path = require('node:path')
const { execute } = require('../fixtures/execute.js')

const run = (name, ...args) => execute(process.execPath, [path.join(__dirname, '..', '..', 'examples', name), ...args])

test('order-board.mjs receives every order of four threads and ends by itself', async () => {
  const { stdout, stderr } = await run('order-board.mjs', '0.5')
  expect(stderr).toBe('')
  const lines = stdout.trimEnd().split('\n')
  expect(lines.map((line) => line.split(':')[0])).toEqual(['berlin', 'lagos', 'lima', 'osaka'])
  for (const line of lines) {
    const [, received, sent] = /: (\d+) of (\d+) orders received, \d+ of them paid$/.exec(line) ?? []
    expect(received).toBe(sent)
  }
  expect(stdout).not.toContain('\x1b')
})

test('request-reply.mjs asks two threads, then one, then none', async () => {
  const { stdout, stderr } = await run('request-reply.mjs')
  expect(stderr).toBe('')
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^200 answers from 2 threads; the first: [0-9a-f]{16}$/),
    'refused: TypeError: cannot hash number',
    'after one has gone, the other answers: true',
    'then nobody does: ERR_EVENTS_NO_SUBSCRIBERS',
    '',
  ])
})
