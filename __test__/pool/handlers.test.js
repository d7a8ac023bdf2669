'use strict'

const path = require('node:path')
const { pathToFileURL } = require('node:url')
const { closePools, failure, openPool } = require('../fixtures/pool/open-pool.js')

afterEach(closePools)

const fixture = (/** @type {string} */ name) => path.join(__dirname, '../fixtures/pool', name)

test.each([
  ['an ES module', fixture('module-handler.mjs'), { task: 1, isWorkerThread: true }],
  ['a URL', pathToFileURL(fixture('module-handler.mjs')), { task: 1, isWorkerThread: true }],
  ["a URL's text", pathToFileURL(fixture('module-handler.mjs')).href, { task: 1, isWorkerThread: true }],
  ['a module compiled to CommonJS', fixture('compiled-handler.js'), 'compiled 1'],
  ['a module by its package, with top-level await', fixture('typed-module/handler.js'), 'module 1'],
  ['CommonJS', fixture('tasks.js'), 1],
])('the handler can be in %s', async (_, filename, result) => {
  expect(await openPool({ filename }).run(1)).toEqual(result)
})

test('run() may name another export and another file', async () => {
  const pool = openPool()
  const filename = fixture('module-handler.mjs')
  expect(await pool.run(1, { filename, name: 'named' })).toBe('named 1')
  expect(await pool.run(2)).toBe(2)
  expect(await openPool({ filename, name: 'named' }).run(3)).toBe('named 3')
})

test('without a file there is an error that says so', async () => {
  const pool = openPool({ filename: null })
  await expect(pool.run(1)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  expect(await pool.run(1, { filename: fixture('tasks.js') })).toBe(1)
})

test.each([
  ['missing', fixture('tasks.js')],
  ['notAFunction', fixture('module-handler.mjs')],
])('an export that is no function rejects the task: %s', async (name, filename) => {
  const error = await failure(openPool({ filename }).run(1, { name }))
  expect(error).toMatchObject({ code: 'ERR_POOL_HANDLER_MISSING' })
  expect(error.message).toContain(name)
})

test('a module that throws at load rejects each of its tasks with its error', async () => {
  const pool = openPool({ filename: fixture('throws-at-load.js') })
  const errors = await Promise.all([1, 2, 3].map((task) => failure(pool.run(task))))
  for (const error of errors) {
    expect(error).toMatchObject({ name: 'TypeError', message: 'broken at load', code: 'E_LOAD' })
  }
  expect(await pool.run(1, { filename: fixture('tasks.js') })).toBe(1)
})

test('a module that is not there rejects its tasks', async () => {
  await expect(openPool({ filename: fixture('none.js') }).run(1)).rejects.toMatchObject({ code: 'MODULE_NOT_FOUND' })
  await expect(openPool({ filename: fixture('none.mjs') }).run(1)).rejects.toMatchObject({
    code: 'ERR_MODULE_NOT_FOUND',
  })
})

test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'call'])('%s is no export', async (name) => {
  await expect(openPool().run(1, { name })).rejects.toMatchObject({ code: 'ERR_POOL_HANDLER_MISSING' })
})

test('a data: URL can hold the handler', async () => {
  const filename = 'data:text/javascript,export default (task) => task + 1'
  expect(await openPool({ filename }).run(1)).toBe(2)
})
