// `npm run test:browser`: examples/browser in a headless Chromium, which must find what the native build finds. Needs the
// WASM build, and Chromium: CHROMIUM names it where it is not found as chromium, chromium-browser or google-chrome.
// `--serve` serves the page until it is interrupted.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { root, run, Steps } from './steps.mjs'

const DEADLINE_MS = 60_000
const QUIET = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

const sample = Buffer.from(`a line with a needle, and\n${'hay '.repeat(17)}\n`.repeat(20_000))
const files = {
  '/': { type: 'text/html', body: readFileSync(join(root, 'examples/browser/index.html')) },
  '/page.js': { type: 'text/javascript', body: bundled() },
  '/ironloop.wasm': { type: 'application/wasm', body: readFileSync(join(root, 'native/wasm/ironloop.wasm')) },
  '/sample': { type: 'application/octet-stream', body: sample },
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://page')
  const file = /** @type {Record<string, { type: string, body: Uint8Array }>} */ (files)[pathname]
  if (file === undefined) return response.writeHead(404).end()
  response.writeHead(200, { 'content-type': file.type }).end(file.body)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const address = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`

if (process.argv.includes('--serve')) {
  console.log(address)
} else {
  const steps = new Steps()
  await steps.step('a page hashes and searches a file', inChromium)
  steps.finish()
  server.close()
}

function bundled() {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: ['examples/browser/page.mjs'],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  })
  return outputFiles[0].contents
}

async function inChromium() {
  const chromium = findChromium()
  if (chromium === undefined) return { failed: 1, output: 'Chromium is missing (on Debian: apt-get install chromium).' }
  const profile = mkdtempSync(join(tmpdir(), 'ironloop-chromium-'))
  const page = `${address}?sample=sample&needle=needle`
  const headless = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`, ...QUIET]
  // Virtual time stands still while something is fetched or compiled, so no machine is too slow for it.
  const looking = [...headless, '--virtual-time-budget=10000', `--timeout=${DEADLINE_MS}`, '--dump-dom', page]
  const { output } = await run(chromium, looking)
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  const shown = /<pre id="result">(.*?)<\/pre>/s.exec(output)?.[1].replaceAll('&quot;', '"')
  const { buffer } = createRequire(import.meta.url)('../lib/index.js')
  const expected = JSON.stringify({
    bytes: sample.length,
    blake3: buffer.blake3(sample),
    lines: buffer.countByte(sample, 10),
    found: [...new buffer.Finder('needle').findAll(sample)],
  })
  return shown === expected ? { passed: 1 } : { failed: 1, output: (shown ?? output).slice(0, 2000) }
}

function findChromium() {
  const names = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome']
  return names.find((name) => name !== undefined && spawnSync(name, ['--version']).status === 0)
}
