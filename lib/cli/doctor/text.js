'use strict'

// The report for a terminal.

const { styleText } = require('../style.js')
const { isForeign } = require('./caller.js')
const { sparkline } = require('./sparkline.js')
const { counted, duration, place, whatOf } = require('./words.js')

/** Calls that took less of the time are not worth a line, unless one was long. */
const LEAST_PART = 0.005
const LONG_CALL_MS = 5
const MOST_LINES = 10

/** @param {import('./findings.js').Findings} findings */
function textOf(findings) {
  const parts = [
    verdict(findings),
    ...findings.culprits.map(culpritText),
    findings.stoppedMs > 0 ? `the process was stopped for ${duration(findings.stoppedMs)}\n` : '',
    course(findings),
    callsText('Synchronous calls after start-up', worthTelling(findings.calls, findings.ranMs)),
    callsText('Starting children (time the loop stood still)', findings.spawns),
    ...findings.trouble.map((message) => `${styleText('yellow', 'The program could not be watched')}: ${message}\n`),
  ]
  return `\n${parts.filter((part) => part !== '').join('\n')}`
}

/** @param {import('./findings.js').Findings} findings */
function verdict({ blocks, blockedMs, longestMs, ranMs, started, startedMs, thresholdMs, trouble }) {
  const title = styleText('bold', 'ironloop doctor')
  const time = started ? `started in ${duration(startedMs)}, ran ${duration(ranMs)}` : `ran ${duration(ranMs)}`
  if (blocks === 0 && trouble.length > 0) return `${title}: blocks were not watched; ${time}\n`
  if (blocks === 0) {
    return `${title}: ${styleText('green', `no block over ${duration(thresholdMs)}`)}; ${time}\n`
  }
  const total = `${counted(blocks, 'block')} over ${duration(thresholdMs)}, the longest ${duration(longestMs)}`
  return `${title}: ${styleText('red', total)}, together ${duration(blockedMs)}; ${time}\n`
}

/** @param {import('./findings.js').Culprit} culprit */
function culpritText({ call, cause, code, count, ended, frames, gcMs, maxMs, stackMissing, totalMs, worker, ...at }) {
  const what = whatOf({ call, cause, ended, gcMs, totalMs, worker })
  const times =
    count === 1 ? duration(maxMs) : `${count} times, up to ${duration(maxMs)}, together ${duration(totalMs)}`
  const where = at.file === undefined ? '' : ` at ${styleText('cyan', place(at))}`
  const why = stackMissing === undefined ? '' : `\n    no stack: ${stackMissing}`
  const shown = code?.map((line) => `    ${line.startsWith('>') ? styleText('red', line) : styleText('dim', line)}`)
  const callers = (frames ?? [])
    .filter(({ file, line }) => !isForeign(file) && !(file === at.file && line === at.line))
    .slice(0, 3)
    .map((frame) => `    ${styleText('dim', `by ${place(frame)}`)}`)
  return `${[`blocked ${styleText('bold', times)}${where}: ${what}${why}`, ...(shown ?? []), ...callers].join('\n')}\n`
}

/** @param {import('./findings.js').Findings} findings */
function course({ samples, startedMs }) {
  const after = samples.filter(({ atMs }) => atMs >= startedMs)
  if (after.length < 2) return ''
  const busy = after.map((sample) => sample.busy)
  const pool = after.map(({ poolMs }) => poolMs ?? 0)
  const longest = Math.max(...pool)
  const mean = busy.reduce((sum, value) => sum + value, 0) / busy.length
  return [
    `loop busy   ${sparkline(busy, 1)} mean ${Math.round(mean * 100)} %, most ${Math.round(Math.max(...busy) * 100)} %`,
    `thread pool ${sparkline(pool, Math.max(longest, 20))} a tiny job took up to ${duration(longest)}`,
    '',
  ].join('\n')
}

/**
 * @param {import('./findings.js').Calls[]} calls
 * @param {number} ranMs
 */
function worthTelling(calls, ranMs) {
  return calls.filter(({ ms, maxMs }) => maxMs >= LONG_CALL_MS || ms >= ranMs * LEAST_PART)
}

/**
 * @param {string} title
 * @param {import('./findings.js').Calls[]} calls
 */
function callsText(title, calls) {
  if (calls.length === 0) return ''
  const lines = calls.slice(0, MOST_LINES).map(({ caller, count, maxMs, ms, name }) => {
    const times = `${String(count).padStart(7)} x ${name}, together ${duration(ms)}, up to ${duration(maxMs)}`
    return `${times}  ${styleText('dim', caller === undefined ? 'from several places' : place(caller))}`
  })
  const more = calls.length > MOST_LINES ? [`        and ${counted(calls.length - MOST_LINES, 'other place')}`] : []
  return `${[styleText('bold', title), ...lines, ...more].join('\n')}\n`
}

module.exports = { textOf, worthTelling }
