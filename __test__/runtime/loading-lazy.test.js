'use strict'

const { evaluate, specifier, subpaths } = require('../fixtures/package/run-node.js')

// The report lists what the dynamic loader has mapped, whoever asked for it.
const LOADED = `
  process.report.excludeNetwork = true
  const addonIsLoaded = () => process.report.getReport().sharedObjects.some((file) => file.endsWith('.node'))
  const modulesLoaded = () => Object.keys(require.cache)
    .map((file) => /[\\\\/]lib[\\\\/]([a-z_]+)[\\\\/]/.exec(file)?.[1])
    .filter((name) => name !== undefined && name !== 'internal')
`

test.each(subpaths)('%s: loading it does not load the addon', (subpath) => {
  const program = `${LOADED}; require('${specifier(subpath)}'); console.log(addonIsLoaded())`
  expect(evaluate(program)).toBe('false')
})

test('the root loads no module until it is touched', () => {
  const program = `${LOADED}
    const ironloop = require('ironloop')
    const before = modulesLoaded()
    ironloop.buffer
    console.log(JSON.stringify([before, [...new Set(modulesLoaded())].includes('buffer')]))`
  expect(JSON.parse(evaluate(program))).toEqual([[], true])
})

test('the addon is loaded on first use', () => {
  const program = `${LOADED}
    const ironloop = require('ironloop')
    const before = addonIsLoaded()
    ironloop.capabilities()
    console.log(before, addonIsLoaded())`
  expect(evaluate(program)).toBe('false true')
})

test('no thread is started by loading every module and the addon', () => {
  if (process.platform !== 'linux') return
  const program = `
    const { readdirSync } = require('node:fs')
    const before = readdirSync('/proc/self/task').length
    const ironloop = require('ironloop')
    for (const name of Object.keys(ironloop)) ironloop[name]
    ironloop.capabilities()
    console.log(readdirSync('/proc/self/task').length - before)`
  expect(evaluate(program)).toBe('0')
})
