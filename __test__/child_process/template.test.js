'use strict'

const { run } = require('../../lib/child_process')

/** The arguments as the process gets them. */
async function said(/** @type {PromiseLike<any>} */ running) {
  return (await running).stdout
}
const lines = run.with({ capture: 'lines' })
const print = 'printf'

test('words are split at white space, whatever its kind', async () => {
  expect(
    await said(lines`printf %s,   a
    b	c`)
  ).toEqual(['a,b,c,'])
  expect(await said(lines`  printf x  `)).toEqual(['x'])
})

test('a value is one argument, whatever is in it', async () => {
  const nasty = `a b' "$HOME" ; rm -rf / | \\ * \n c`
  expect(await said(run`printf %s ${nasty}`)).toBe(nasty)
  expect(await said(run`printf %s, ${''} b`)).toBe(',b,')
})

test('a value continues the word that it touches', async () => {
  expect(await said(run`printf %s, --a=${'x y'} ${'b'}.txt ${1}${2n}z`)).toBe('--a=x y,b.txt,12z,')
  expect(await said(run`${print}${''} ${'x'}`)).toBe('x')
})

test('an array is several arguments; its ends continue the words that they touch', async () => {
  expect(await said(run`printf %s, ${['a b', 'c']} ${[]} a${['x', 'y', 'z']}b`)).toBe('a b,c,ax,y,zb,')
  expect(await said(run`printf %s, a${[]}b`)).toBe('ab,')
})

test('a result stands for its output', async () => {
  const head = await run`echo one two`
  expect(await said(run`printf %s, ${head} ${[head]}`)).toBe('one two,one two,')
})

test('quotes are nothing special, and escaped white space does not split', async () => {
  expect(await said(run`printf %s, 'a b'`)).toBe("'a,b',")
  expect(
    await said(run`printf %s, a\nb \x41\u0042\u{1F600}\\ c\
d`)
  ).toBe('a\nb,AB😀\\,cd,')
})

test('options come from with()', async () => {
  expect(await said(run.with({ input: 'x' })`cat`)).toBe('x')
})

test('what is no argument is refused at once', () => {
  for (const value of [undefined, null, {}, true, [['a']], Symbol('a')]) {
    expect(() => run`echo ${/** @type {any} */ (value)}`).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' })
    )
  }
  expect(() => run``).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }))
  expect(() => run` ${[]} `).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }))
  expect(() => run`echo \u`).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }))
  expect(() => run`echo ${'a\0b'}`).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }))
})
