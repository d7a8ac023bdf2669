'use strict'

// Call frames of the inspector as people know frames: file, line and column, of the source where a source map tells.

const { readFileSync } = require('node:fs')
const { SourceMap } = require('node:module')
const { fileURLToPath } = require('node:url')

/** @typedef {import('./block.js').Frame} Frame */
/** @typedef {import('./target.js').CallFrame} CallFrame */

/** Frames beyond these say nothing new. */
const MOST_FRAMES = 64

/** Source maps by the URL of their script. @type {Map<string, { map: SourceMap, url: string } | undefined>} */
const maps = new Map()

/** @param {string} url */
function fileOf(url) {
  return url.startsWith('file:') ? fileURLToPath(url) : url
}

/**
 * @param {CallFrame[]} callFrames
 * @param {ReadonlyMap<string, string | undefined>} mapURLs
 * @returns {Frame[]}
 */
function framesOf(callFrames, mapURLs) {
  return callFrames
    .slice(0, MOST_FRAMES)
    .map((callFrame) => original(callFrame, mapURLs.get(callFrame.url)) ?? frame(callFrame))
}

/** @param {CallFrame} callFrame */
function frame({ functionName, url, lineNumber, columnNumber }) {
  return { functionName, file: fileOf(url), line: lineNumber + 1, column: columnNumber + 1 }
}

/**
 * The place in the source; the function keeps the name that it runs under.
 * @param {CallFrame} callFrame
 * @param {string | undefined} mapURL
 */
function original({ functionName, url, lineNumber, columnNumber }, mapURL) {
  const found = mapOf(url, mapURL)
  const entry = /** @type {any} */ (found?.map.findEntry(lineNumber, columnNumber))
  if (found === undefined || entry?.originalSource === undefined) return undefined
  const { originalSource, originalLine, originalColumn } = entry
  try {
    const source = new URL(originalSource, found.url).href
    return frame({ functionName, url: source, lineNumber: originalLine, columnNumber: originalColumn })
  } catch {
    return undefined // no place that could be opened: as without a map
  }
}

/**
 * @param {string} url
 * @param {string | undefined} mapURL
 */
function mapOf(url, mapURL) {
  if (!mapURL || !url) return undefined
  if (!maps.has(url)) maps.set(url, load(url, mapURL))
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
