'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { triple } = require('../../lib/internal/platform.js')
const { copyOfPackage } = require('../fixtures/package/copy.js')
const { evaluate, root, specifier, subpaths } = require('../fixtures/package/run-node.js')

const PRINT_ERROR = `
  try {
    require('./lib/internal/native.js').native()
  } catch ({ code, message, cause }) {
    console.log(JSON.stringify({ code, message, cause: cause?.message }))
  }`

/** @type {string | undefined} */
let copy
afterEach(() => {
  if (copy !== undefined) fs.rmSync(copy, { recursive: true, force: true })
  copy = undefined
})

test.each(subpaths)('%s loads with the binding switched off', (subpath) => {
  expect(evaluate(`console.log(typeof require('${specifier(subpath)}'))`, { IRONLOOP_NATIVE: 'off' })).toMatch(
    /object|function/
  )
})

test('a binding that is switched off is one clear error', () => {
  const { code, message } = JSON.parse(evaluate(PRINT_ERROR, { IRONLOOP_NATIVE: 'off' }))
  expect(code).toBe('ERR_NATIVE_BINDING_MISSING')
  expect(message).toBe(`No native binding of ironloop for ${triple()}: it is switched off by IRONLOOP_NATIVE=off`)
})

test('a binding that is not there is one clear error with the triple, and its causes', () => {
  copy = copyOfPackage('0.1.0')
  const { code, message, cause } = JSON.parse(
    evaluate(`process.chdir(${JSON.stringify(copy)})
    ${PRINT_ERROR.replace("'./lib", `'${copy.replaceAll('\\', '/')}/lib`)}`)
  )
  expect(code).toBe('ERR_NATIVE_BINDING_MISSING')
  expect(message).toContain(`ironloop-${triple()}`)
  expect(message).not.toContain('\n')
  expect(cause).toBeDefined()
})

test('a binding of another version is refused', () => {
  copy = copyOfPackage('999.0.0')
  const addon = `native/ironloop.${triple()}.node`
  fs.copyFileSync(path.join(root, addon), path.join(copy, addon))
  const program = PRINT_ERROR.replace("'./lib", `'${copy.replaceAll('\\', '/')}/lib`)
  const { code, message } = JSON.parse(evaluate(program))
  expect(code).toBe('ERR_NATIVE_BINDING_MISSING')
  expect(message).toContain('where 999.0.0 is needed')
})

test('capabilities() says what is missing instead of throwing', () => {
  const found = JSON.parse(
    evaluate("console.log(JSON.stringify(require('ironloop').capabilities()))", { IRONLOOP_NATIVE: 'off' })
  )
  expect(found.binding).toEqual({ kind: 'none', triple: triple(), reason: expect.stringContaining('IRONLOOP_NATIVE') })
  expect(found).toMatchObject({ platform: process.platform, arch: process.arch, node: process.versions.node })
  expect(found.threads).toBeGreaterThan(0)
  expect(found.wake).toBeUndefined()
})

test('without a binding a run that captures nothing rejects', () => {
  const script = `
    const { run } = require('./lib/child_process')
    run('true', { capture: 'none' }).catch(({ code }) => console.log(code))`
  expect(evaluate(script, { IRONLOOP_NATIVE: 'off' }).trim()).toBe('ERR_NATIVE_BINDING_MISSING')
})
