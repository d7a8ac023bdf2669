// A registry of npm's on this machine alone, with the packages of some tarballs: what `npm publish` would lead to.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'

const LONG_AGO = '2020-01-01T00:00:00.000Z'

/**
 * @param {{ stage: string, tarball: string }[]} packages each with the directory that it was packed from
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function serve(packages) {
  const byName = new Map(packages.map((one) => [manifestOf(one.stage).name, one]))
  const byFile = new Map(packages.map(({ tarball }) => [`/-/${basename(tarball)}`, tarball]))
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    const tarball = byFile.get(path)
    const found = byName.get(path.slice(1))
    if (tarball !== undefined) response.end(readFileSync(tarball))
    else if (found !== undefined) response.end(JSON.stringify(document(found, url)))
    else response.writeHead(404).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

/**
 * What a registry says of a package.
 * @param {{ stage: string, tarball: string }} packed
 * @param {string} url
 */
function document({ stage, tarball }, url) {
  const manifest = manifestOf(stage)
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
  const version = { ...manifest, dist: { tarball: `${url}/-/${basename(tarball)}`, integrity } }
  return {
    name: manifest.name,
    'dist-tags': { latest: manifest.version },
    versions: { [manifest.version]: version },
    time: { [manifest.version]: LONG_AGO }, // installers keep what is new in quarantine
  }
}

/** @param {string} stage */
function manifestOf(stage) {
  return JSON.parse(readFileSync(join(stage, 'package.json'), 'utf8'))
}
