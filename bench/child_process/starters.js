'use strict'

// How each contender starts a child: what the scenarios of this folder have in common.

const { spawn: nodeSpawn } = require('node:child_process')
const { once } = require('node:events')

const PROGRAM = '/bin/true'

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<number>} its exit code */
const exitCode = (child) => once(child, 'exit').then(([code]) => code)

/** @type {Buffer[]} */
const kept = []

/** Buffers that are touched, so that every page of them is there: the same for all rows that hold as many. */
function held(megabytes) {
  kept.length = Math.min(kept.length, megabytes)
  while (kept.length < megabytes) kept.push(Buffer.alloc(1 << 20, 1))
  return kept
}

/** Ours by the name that a row gives: functions that start a child and promise its exit code. */
async function ironloop({ api, stdio = 'ignore' }) {
  const { run, spawn } = (await import('ironloop/child_process')).default
  if (api === 'spawn()') return (file = PROGRAM, args = []) => exitCode(spawn(file, args, { stdio }))
  const options = { capture: stdio === 'ignore' ? 'none' : 'text' }
  return (file = PROGRAM, args = []) => run(file, args, options).then(({ exitCode }) => exitCode)
}

const node =
  ({ stdio = 'ignore' }) =>
  (file = PROGRAM, args = []) =>
    exitCode(nodeSpawn(file, args, { stdio }))

async function execa({ stdio = 'ignore' }) {
  const { execa } = await import('execa')
  return (file = PROGRAM, args = []) => execa(file, args, { stdio }).then(({ exitCode }) => exitCode)
}

/** A row of children that start while so many megabytes of Buffers are held. */
const row = (api, megabytes, ratio, more) => ({
  name: `${api} with ${megabytes < 1000 ? `${megabytes} MB` : `${megabytes / 1024} GB`} of Buffers`,
  api,
  megabytes,
  atLeast: { 'node:child_process': ratio },
  ...more,
})

module.exports = { PROGRAM, execa, exitCode, held, ironloop, node, row }
