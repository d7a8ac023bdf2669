'use strict'

// The job is held up by a `git` that never ends, so that the signal always comes in the middle of it.

const { once } = require('node:events')
const fs = require('node:fs')
const { join } = require('node:path')
const { setTimeout: pause } = require('node:timers/promises')
const { makeDirectory, startXray } = require('../fixtures/xray/run-xray.js')

/** @param {string} root */
function makeSlowGit(root) {
  const bin = join(root, 'bin')
  fs.mkdirSync(bin)
  const script = `#!${process.execPath}
require('node:fs').writeFileSync(${JSON.stringify(root)} + '/pid-' + process.pid, '')
setInterval(() => {}, 1000)
`
  fs.writeFileSync(join(bin, 'git'), script, { mode: 0o755 })
  return { ...process.env, PATH: `${bin}:${process.env.PATH}` }
}

/** @param {string} root */
const childrenOf = (root) =>
  fs
    .readdirSync(root)
    .filter((name) => name.startsWith('pid-'))
    .map((name) => Number(name.slice(4)))

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe.each(['ironloop', 'node'])('interrupted xray on %s', (engine) => {
  test.each([
    ['SIGINT', 130, []],
    ['SIGTERM', 143, []],
    ['SIGINT', 130, ['--compare']],
  ])('%s: exit code %i, and no process is left %j', async (signal, exitCode, options) => {
    const root = makeDirectory('interrupt')
    const tree = join(root, 'tree')
    fs.mkdirSync(tree)
    fs.writeFileSync(join(tree, 'a.js'), 'a()\n')
    const args = [tree, '--engine', engine, ...options]
    const child = startXray(args, { env: makeSlowGit(root), stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout?.on('data', (data) => (output += data))
    child.stderr?.on('data', (data) => (output += data))
    while (childrenOf(root).length < 2) await pause(20)
    child.kill(/** @type {NodeJS.Signals} */ (signal))
    const [code, killedBy] = await once(child, 'close')
    expect([code, killedBy, output]).toEqual([exitCode, null, ''])
    while (childrenOf(root).some(isAlive)) await pause(20)
    fs.rmSync(root, { recursive: true, force: true })
  })
})
