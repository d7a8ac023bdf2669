'use strict'

const { spawn, spawnSync } = require('node:child_process')
const { mkdirSync, mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const examples = join(__dirname, '..', '..', 'examples')

/** @param {string} name @param {string[]} args */
function runExample(name, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(examples, name), ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** @type {string} */
let folder

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pool-text-'))
  for (let i = 0; i < 3000; i++) {
    const inside = join(folder, `part ${i % 20}`)
    mkdirSync(inside, { recursive: true })
    writeFileSync(join(inside, `${i}.txt`), `every FILE says word${i % 3 === 0 ? ' thrice thrice thrice' : ''} Straße`)
  }
  writeFileSync(join(folder, 'binary.txt'), Buffer.from([0, 1, 2]))
  writeFileSync(join(folder, 'other.md'), 'markdown')
})

afterAll(() => rmSync(folder, { recursive: true }))

test('pool-text.mjs counts the words of thousands of files', () => {
  const { status, stdout, stderr } = runExample('pool-text.mjs', folder, '--ext', 'txt', '--top', '5')
  expect(stderr.replace(/^\d+ files, .*\n/gm, '')).toBe('')
  expect(stdout).toMatch(
    /^ {4}3000 {2}every\n {4}3000 {2}file\n {4}3000 {2}says\n {4}3000 {2}straße\n {4}3000 {2}thrice\nin 3000 files of 0\.1 MB, 1 skipped\n$/
  )
  expect(status).toBe(0)
}, 30_000)

test('pool-text.mjs says what is wrong', () => {
  expect(runExample('pool-text.mjs', '--top', 'many')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: "pool-text: --top needs a number, not 'many'\n",
  })
  expect(runExample('pool-text.mjs', '--help').stdout).toMatch(/^usage: /)
})

test('pool-http.mjs answers by deadline, and goes on', () => {
  const { status, stdout, stderr } = runExample('pool-http.mjs', '--demo')
  expect(stderr).toBe('')
  const [answered, endless, after] = stdout.split('\n')
  expect(answered).toBe('20 of 20 answered')
  expect(endless).toMatch(/^the endless one: 503 ERR_POOL_TASK_TIMEOUT/)
  expect(after).toMatch(/^and the server goes on: 200 [0-9a-f]{8}\.\.\.$/)
  expect(status).toBe(0)
}, 30_000)

test('pool-http.mjs ends by SIGTERM', async () => {
  const server = spawn(process.execPath, [join(examples, 'pool-http.mjs'), '0'])
  const listening = await new Promise((resolve) => server.stdout.once('data', (data) => resolve(String(data))))
  const [url] = /** @type {RegExpMatchArray} */ (listening.match(/http:\S+/))
  const hash = await fetch(`${url}/hash?text=a`)
  expect((await hash.text()).trim()).toBe('ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb')
  expect((await fetch(`${url}/hash?rounds=-1`)).status).toBe(400)
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/# EOF\n$/)
  expect(JSON.parse(await (await fetch(`${url}/stats`)).text())).toMatchObject({ completed: 1 })
  const ended = new Promise((resolve) => server.once('exit', (code, signal) => resolve([code, signal])))
  server.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
}, 30_000)
