'use strict'

// `npm install` in a checkout builds; where something for that is missing, one line says what. The machines that lack
// it are made of a PATH with only what they have.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { root, runNode } = require('../fixtures/package/run-node.js')

const RUSTC = '#!/bin/sh\necho "rustc 1.95.0 (59807616e 2026-04-14)"\n'
const CARGO = '#!/bin/sh\necho "cargo 1.95.0"\n'
const CC = '#!/bin/sh\nexit 0\n'

const base = fs.mkdtempSync(path.join(os.tmpdir(), 'ironloop-machine-'))
afterAll(() => fs.rmSync(base, { recursive: true, force: true }))
let machines = 0

/** Runs the build where PATH has these programs alone. */
function buildWith(
  /** @type {Record<string, string>} */ programs,
  /** @type {string} */ script = path.join(root, 'scripts/build.mjs')
) {
  const bin = path.join(base, `machine-${++machines}`)
  fs.mkdirSync(bin)
  for (const [name, text] of Object.entries(programs)) fs.writeFileSync(path.join(bin, name), text, { mode: 0o755 })
  const { status, stdout, stderr } = runNode([script], { env: { PATH: bin } })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^ironloop: cannot build the native addon\. /)])
  return stderr
}

const onUnix =
  process.platform === 'win32'
    ? []
    : /** @type {const} */ ([
        ['no Rust at all', { cc: CC }, 'Rust >= 1.89 is missing: `rustc` was not found'],
        [
          'an old Rust',
          { rustc: RUSTC.replace('1.95.0', '1.63.0'), cargo: CARGO, cc: CC },
          'Rust >= 1.89 is needed, found 1.63.0',
        ],
        ['a Rust of another major', { rustc: RUSTC.replace('1.95.0', '0.99.0'), cargo: CARGO, cc: CC }, 'found 0.99.0'],
        [
          'rustup without a toolchain',
          { rustc: '#!/bin/sh\necho "error: no toolchain" >&2\nexit 1\n', cargo: CARGO, cc: CC },
          'does not run (error: no toolchain)',
        ],
        ['Rust without Cargo', { rustc: RUSTC, cc: CC }, '`cargo` was not found'],
        ['no C compiler', { rustc: RUSTC, cargo: CARGO }, 'A C compiler is missing: `cc` was not found'],
        [
          'a C compiler without the C library',
          {
            rustc: RUSTC,
            cargo: CARGO,
            cc: '#!/bin/sh\necho "<stdin>:1:10: fatal error: stdio.h: No such file or directory" >&2\nexit 1\n',
          },
          'cannot build a program: <stdin>:1:10: fatal error: stdio.h',
        ],
      ])

test.each(onUnix)('%s: one line names it', (_, programs, expected) => {
  expect(buildWith(programs)).toContain(expected)
})

test('without the development dependencies: one line names the build tool', () => {
  const checkout = path.join(base, 'checkout')
  fs.mkdirSync(path.join(checkout, 'scripts'), { recursive: true })
  fs.copyFileSync(path.join(root, 'scripts/build.mjs'), path.join(checkout, 'scripts/build.mjs'))
  expect(buildWith({ rustc: RUSTC, cargo: CARGO, cc: CC }, path.join(checkout, 'scripts/build.mjs'))).toContain(
    'run `npm install` without --omit=dev'
  )
})

test('nothing but prepare builds, which npm runs in a checkout only', () => {
  const { scripts } = require('../../package.json')
  expect(scripts.prepare).toBe('node scripts/build.mjs')
  for (const hook of ['preinstall', 'install', 'postinstall', 'prepublish', 'prepack'])
    expect(scripts[hook]).toBeUndefined()
})
