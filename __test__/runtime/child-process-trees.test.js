'use strict'

// Whole trees in plain node: what is left of them when this process, or something in between, is killed.

const { spawn } = require('node:child_process')
const path = require('node:path')
const { killTree } = require('../../lib/child_process')
const { isAlive, nameOf, parentOf, until } = require('../fixtures/child_process/processes.js')

jest.setTimeout(60_000)

const fixture = (/** @type {string} */ name) => path.join(__dirname, '../fixtures/child_process', name)

/** By which mechanism: with a cgroup where one is writable, and by the warden alone. */
const MECHANISMS = [
  ['a cgroup where one is writable', {}],
  ['the warden alone', { IRONLOOP_CGROUP: 'off' }],
]

/**
 * Starts a host, and answers its pid and those of its tree.
 * @param {string[]} args
 * @param {Record<string, string>} env
 */
async function host(args, env) {
  const child = spawn(process.execPath, [fixture('three-levels.js'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += text
    if (said.endsWith('\n')) break
  }
  return { child, pids: /** @type {number[]} */ (JSON.parse(said)) }
}

describe.each(MECHANISMS)('with %s', (_, env) => {
  test.each([['long'], ['short']])('nothing is alive 1 s after a SIGKILL (%s program)', async (how) => {
    const { child, pids } = await host([how, 'dieWithParent'], env)
    expect(pids).toHaveLength(7)
    expect(pids.filter(isAlive)).toHaveLength(how === 'long' ? 7 : 6)
    process.kill(/** @type {number} */ (child.pid), 'SIGKILL')
    await until(() => !pids.some(isAlive), 1000)
  })

  test('without dieWithParent the tree lives on, warden and all', async () => {
    const { child, pids } = await host(['long', 'killTree'], env)
    process.kill(/** @type {number} */ (child.pid), 'SIGKILL')
    await until(() => !isAlive(child.pid))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(pids.every(isAlive)).toBe(true)
    const [warden] = pids.map(parentOf).filter((pid) => nameOf(pid).startsWith('ironloop-warden'))
    expect(isAlive(warden)).toBe(true)
    // Some end by themselves when those below them have.
    for (const pid of pids) if (isAlive(pid)) await killTree(pid, 'SIGKILL')
    // With the last of its tree it goes itself.
    await until(() => !isAlive(warden) && !pids.some(isAlive))
  })
})
