'use strict'

const { estimateComplexity } = require('../../examples/xray/worker/estimate-complexity.js')
const { readSyntax } = require('../../examples/xray/worker/syntax.js')

const kindsIn = (/** @type {string} */ source) => readSyntax(source).dynamic.map(({ kind }) => kind)

describe('dynamic code', () => {
  test.each([
    ['eval(x)', 'eval'],
    ['(0, eval)(x)', 'eval'],
    ['globalThis.eval(x)', 'eval'],
    ['new Function("return 1")', 'Function'],
    ['Function("return this")()', 'Function'],
    ['require("child_process")', 'child_process'],
    ['import { spawn } from "node:child_process"', 'child_process'],
    ['const p = await import("child_process")', 'child_process'],
    ['vm.runInNewContext(x)', 'vm'],
    ['process.binding("fs")', 'native binding'],
  ])('%s', (source, kind) => expect(kindsIn(source)).toEqual([kind]))

  test.each([
    ['// eval(x)'],
    ['"new Function"'],
    ['redis.eval(x)'],
    ['class A { eval() {} }'],
    ['new Function()'],
    ['require("./child_process")'],
    ['`process.dlopen`'],
  ])('not %s', (source) => expect(kindsIn(source)).toEqual([]))

  test('is told by line', () => {
    expect(readSyntax('#!/usr/bin/env node\n\n\neval(1)\n\neval(2)').dynamic).toEqual([
      { kind: 'eval', line: 4 },
      { kind: 'eval', line: 6 },
    ])
  })
})

describe('complexity', () => {
  test.each([
    ['', 1],
    ['if (a) b()', 2],
    ['(a && b || c) ?? d', 4],
    ['a ? b : c', 2],
    ['switch (a) { case 1: case 2: default: }', 3],
    ['for (;;) while (a) do b(); while (c)', 4],
    ['try { a() } catch {}', 2],
    ['a ||= b', 2],
    ['const f = () => 1', 2],
  ])('%s: %i', (source, complexity) => expect(readSyntax(source).complexity).toBe(complexity))

  test('names the worst function', () => {
    const source = 'class A {\n  m() { if (a) b() }\n}\nconst f = () => { if (a && b) c() }\n'
    expect(readSyntax(source).worst).toEqual({ name: 'f', line: 4, complexity: 3 })
  })

  test('stands code that nests deeply', () => {
    expect(readSyntax(`a${'+a'.repeat(3000)}`).complexity).toBe(1)
  })

  test('is estimated for other languages outside comments and strings', () => {
    expect(estimateComplexity('if (a && b) { } // if\n"if" /* for\n while */ for')).toBe(4)
    expect(estimateComplexity('# if\nif a and b:\n  pass')).toBe(3)
  })

  test('what is no JavaScript throws with its place', () => {
    expect(() => readSyntax('a\nfunction (')).toThrow(
      expect.objectContaining({ loc: expect.objectContaining({ line: 2 }) })
    )
  })
})
