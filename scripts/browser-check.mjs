// Opens the doctor's page in a real browser: `node scripts/browser-check.mjs [chromium]`. Checks what the browser made of it,
// and leaves a picture in target/doctor.png to look at.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const browser = process.argv[2] ?? 'chromium'
const QUIET = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
const ALONE = ['--disable-component-update', '--disable-sync', '--window-size=1000,1600']

const directory = mkdtempSync(join(tmpdir(), 'ironloop-page-'))
const page = join(directory, 'doctor.html')
const picture = join(root, 'target', 'doctor.png')
try {
  run(process.execPath, [
    join(root, 'bin/ironloop.js'),
    'doctor',
    '--html',
    page,
    join(root, '__test__/fixtures/cli/culprits.js'),
  ])
  const dom = open('--dump-dom')
  mkdirSync(join(root, 'target'), { recursive: true })
  open(`--screenshot=${picture}`)
  check('three plots', (dom.match(/<svg /g) ?? []).length === 3)
  check('a bar for every block', (dom.match(/fill="var\(--bad\)"/g) ?? []).length >= 5)
  check(
    'the culprits',
    ['matchSlowly', 'hashPassword', 'parseMuch', 'readWhole', 'makeGarbage'].every((name) => dom.includes(name))
  )
  check('nothing is loaded', !/(src|href)=/.test(dom))
  console.log(`${picture} is there to be looked at`)
} finally {
  rmSync(directory, { recursive: true, force: true })
}

/** @param {string} how */
function open(how) {
  const profile = join(directory, `profile-${how.length}`)
  return run(browser, [...QUIET, ...ALONE, `--user-data-dir=${profile}`, how, pathToFileURL(page).href])
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const { error, status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 })
  if (error || status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`)
  return stdout
}

/**
 * @param {string} what
 * @param {boolean} holds
 */
function check(what, holds) {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`)
  if (!holds) process.exitCode = 1
}
