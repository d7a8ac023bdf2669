'use strict'

const { parse } = require('../../lib/cli/doctor/arguments.js')

test('options stand before FILE, and all that follows is the program’s', () => {
  expect(parse(['--threshold', '20', '--fail-over=100', 'server.js', '--html', 'x'])).toEqual({
    thresholdMs: 20,
    failOverMs: 100,
    json: undefined,
    html: undefined,
    workers: false,
    program: ['server.js', '--html', 'x'],
  })
  expect(parse(['--workers', '--json', '--html', 'out.html', '--', '-odd.js'])).toEqual({
    thresholdMs: 50,
    failOverMs: undefined,
    json: true,
    html: 'out.html',
    workers: true,
    program: ['-odd.js'],
  })
  expect(parse(['--json=out.json', 'a'])?.json).toBe('out.json')
  expect(parse(['--help', 'a'])).toBeUndefined()
})

test.each([
  [[]],
  [['--json']],
  [['--threshold']],
  [['--threshold', '']],
  [['--threshold', '0', 'a']],
  [['--threshold', '1.5', 'a']],
  [['--threshold', 'x', 'a']],
  [['--fail-over', '-1', 'a']],
  [['--threshold', '99999999999', 'a']],
  [['--unknown', 'a']],
  [['--workers=1', 'a']],
])('%j is refused', (words) => {
  expect(() => parse(words)).toThrow(SyntaxError)
})
