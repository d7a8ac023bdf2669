// A file server: the kernel sends the files, this program only says which part of which.
//   node examples/file-server.mjs [FOLDER] [PORT]

import { realpath, stat } from 'node:fs/promises'
import http from 'node:http'
import { extname, join, sep } from 'node:path'
import { sendFile } from 'ironloop/net'

const [folder = '.', port = '8080'] = process.argv.slice(2)
const root = await realpath(folder)

/** @type {Record<string, string>} */
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mp4': 'video/mp4',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}

/** @param {string} url */
async function fileOf(url) {
  const path = decodeURIComponent(new URL(url, 'http://localhost').pathname)
  const file = await realpath(join(root, path.endsWith('/') ? `${path}index.html` : path))
  // Neither `..` nor a link leads out of the folder.
  if (file !== root && !file.startsWith(root + sep)) throw Object.assign(new Error('outside'), { code: 'ENOENT' })
  return file
}

/**
 * The part that a header asks for: undefined for all of it, null for what there is none of.
 * @param {string | undefined} header
 * @param {number} size
 */
function rangeOf(header, size) {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === undefined || (from === '' && to === '')) return undefined
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  return start <= end ? { start, end } : null
}

/**
 * @param {http.IncomingMessage} request
 * @param {http.ServerResponse} response
 */
async function serve(request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return void response.writeHead(405).end()
  const file = await fileOf(request.url ?? '/')
  const { mtime, size } = await stat(file)
  const tag = `"${size.toString(36)}-${mtime.getTime().toString(36)}"`
  response.setHeader('Accept-Ranges', 'bytes')
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream')
  response.setHeader('ETag', tag)
  response.setHeader('Last-Modified', mtime.toUTCString())
  if (request.headers['if-none-match'] === tag) return void response.writeHead(304).end()
  const range = rangeOf(request.headers.range, size)
  if (range === null) return void response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end()
  if (range !== undefined) {
    response.statusCode = 206
    response.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${size}`)
  }
  await sendFile(response, file, range)
}

const server = http.createServer((request, response) => {
  serve(request, response).catch((error) => {
    // Who went away needs no answer, and half an answer cannot be mended.
    if (response.headersSent) return response.destroy()
    response.writeHead(error.code === 'ENOENT' || error.code === 'EISDIR' ? 404 : 500)
    response.end()
  })
})
server.listen(Number(port), () => console.log(`listening on ${JSON.stringify(server.address())}`))
