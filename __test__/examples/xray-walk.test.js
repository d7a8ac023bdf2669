'use strict'

const fs = require('node:fs')
const { join } = require('node:path')
const { Walk } = require('../../examples/xray/tree/walk.js')
const { examineFile } = require('../../examples/xray/worker/examine-file.js')
const kit = require('../../examples/xray/engine/kit-node.js')
const { makeDirectory } = require('../fixtures/xray/run-xray.js')

describe('the walk', () => {
  /** @type {string} */
  let root
  beforeEach(() => {
    root = makeDirectory('walk')
  })
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

  test('counts directories that vanish before they are read', async () => {
    fs.mkdirSync(join(root, 'a/b/c/d/e/f'), { recursive: true })
    fs.writeFileSync(join(root, 'first.txt'), '')
    fs.writeFileSync(join(root, 'a/b/c/deep.txt'), '')
    const walk = new Walk(root)
    const files = []
    for await (const file of walk) {
      files.push(file)
      fs.rmSync(join(root, 'a'), { recursive: true, force: true })
    }
    expect(files).toEqual(['first.txt'])
    expect(walk.counts).toMatchObject({ files: 1, vanished: 1, unreadable: [] })
  })

  test('follows no link, enters no version store, and reads a linked root', async () => {
    fs.mkdirSync(join(root, 'real/.git/objects'), { recursive: true })
    fs.writeFileSync(join(root, 'real/.git/objects/x'), '')
    fs.writeFileSync(join(root, 'real/a'), '')
    fs.symlinkSync('..', join(root, 'real/up'))
    fs.symlinkSync('real', join(root, 'alias'))
    const walk = new Walk(join(root, 'alias'))
    const files = []
    for await (const file of walk) files.push(file)
    expect(files).toEqual(['a'])
    expect(walk.counts).toMatchObject({ links: 1, brokenLinks: 0, storesSkipped: 1 })
  })

  test('ends with the signal', async () => {
    const controller = new AbortController()
    controller.abort()
    const files = new Walk(root, controller.signal)[Symbol.asyncIterator]()
    await expect(files.next()).rejects.toMatchObject({ name: 'AbortError' })
  })

  test.each([
    ['vanished.txt', () => {}, { state: 'vanished', error: 'ENOENT' }],
    ['link', (/** @type {string} */ path) => fs.symlinkSync('/', path), { state: 'failed', error: 'ELOOP' }],
    ['directory', (/** @type {string} */ path) => fs.mkdirSync(path), { state: 'special' }],
  ])('a file that has become a %s meanwhile is no failure', (name, make, facts) => {
    make(join(root, name))
    expect(examineFile(root, name, { ...kit, publish() {} })).toMatchObject({ path: name, size: 0, ...facts })
  })
})
