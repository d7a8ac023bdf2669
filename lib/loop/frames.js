'use strict'

// Call frames of the inspector as people know frames: file, line and column, of the source where a source map tells.

const { readFileSync } = require('node:fs')
const { SourceMap } = require('node:module')
const { fileURLToPath } = require('node:url')

/** @typedef {import('./block.js').Frame} Frame */
/** @typedef {import('./target.js').Script} Script */

/** Frames beyond these say nothing new. */
const MOST_FRAMES = 64

/** Source maps by the URL of their script. @type {Map<string, { map: SourceMap, url: string } | undefined>} */
const maps = new Map()

/** @param {string} url */
function fileOf(url) {
  return url.startsWith('file:') ? fileURLToPath(url) : url
}

/**
 * @param {any[]} callFrames
 * @param {Map<string, Script>} scripts
 * @returns {Frame[]}
 */
function framesOf(callFrames, scripts) {
  return callFrames.slice(0, MOST_FRAMES).map(({ functionName, location, url }) => {
    const script = scripts.get(location.scriptId) ?? { url }
    return original(functionName, script, location) ?? frame(functionName, script.url || url || '', location)
  })
}

/**
 * @param {string} functionName
 * @param {string} url
 * @param {{ lineNumber: number, columnNumber?: number }} location
 */
function frame(functionName, url, { lineNumber, columnNumber = 0 }) {
  return { functionName, file: fileOf(url), line: lineNumber + 1, column: columnNumber + 1 }
}

/**
 * The place in the source; the function keeps the name that it runs under.
 * @param {string} functionName
 * @param {Script} script
 * @param {{ lineNumber: number, columnNumber?: number }} location
 */
function original(functionName, script, { lineNumber, columnNumber = 0 }) {
  const found = mapOf(script)
  const entry = /** @type {any} */ (found?.map.findEntry(lineNumber, columnNumber))
  if (found === undefined || entry?.originalSource === undefined) return undefined
  const { originalSource, originalLine, originalColumn } = entry
  const location = { lineNumber: originalLine, columnNumber: originalColumn }
  try {
    return frame(functionName, new URL(originalSource, found.url).href, location)
  } catch {
    return undefined // no place that could be opened: as without a map
  }
}

/** @param {Script} script */
function mapOf({ url, sourceMapURL }) {
  if (!sourceMapURL || !url) return undefined
  if (!maps.has(url)) maps.set(url, load(url, sourceMapURL))
  return maps.get(url)
}

/**
 * @param {string} url
 * @param {string} sourceMapURL
 */
function load(url, sourceMapURL) {
  try {
    const base = url.startsWith('/') ? `file://${url}` : url
    const where = new URL(sourceMapURL, base)
    const text = where.protocol === 'data:' ? dataOf(where.href) : readFileSync(where, 'utf8')
    return { map: new SourceMap(JSON.parse(text)), url: where.protocol === 'data:' ? base : where.href }
  } catch {
    return undefined // what is written there is no map: the place in the script is true, too
  }
}

/** @param {string} url */
function dataOf(url) {
  const [head, body] = [url.slice(0, url.indexOf(',')), url.slice(url.indexOf(',') + 1)]
  return head.endsWith(';base64') ? Buffer.from(body, 'base64').toString() : decodeURIComponent(body)
}

/**
 * As in `Error.stack`, below its first line.
 * @param {Frame[]} frames
 */
function textOf(frames) {
  return frames
    .map(({ functionName, file, line, column }) => {
      const place = `${file}:${line}:${column}`
      return functionName === '' ? `    at ${place}` : `    at ${functionName} (${place})`
    })
    .join('\n')
}

module.exports = { framesOf, textOf }
