'use strict'

// One frame of the live board. Pure: what it says comes from the job, how wide it is from the terminal.

const { performance } = require('node:perf_hooks')
const { bar, clean, count, cutEnd, cutMiddle, plural, size } = require('./text.js')

const WIDEST_BAR = 36

/** @typedef {import('../job').Job} Job */

/**
 * @param {Job} job
 * @param {import('./style').Style} style
 * @param {number} width
 */
function renderFrame(job, style, width) {
  const room = width - 2
  const fit = (/** @type {string} */ text) => `  ${cutEnd(clean(text), room)}`
  return [
    `${style.cyan('▌')}${style.bold('xray')}  ${cutMiddle(clean(job.root), width - 7)}`,
    progressLine(job, style, room),
    style.dim(fit(speed(job))),
    fit(foundSoFar(job)),
    style.dim(fit(sources(job))),
    style.yellow(fit(latest(job))),
  ]
}

/** @param {Job} job @param {import('./style').Style} style @param {number} room */
function progressLine({ tally, walk, progress }, style, room) {
  const dating = progress.phase === 'dating'
  const done = dating ? progress.blamed : tally.done
  const all = dating ? progress.toBlame : walk.counts.files
  const text = dating ? `dating marks in ${done} of ${plural(all, 'file')}` : `${count(done)} of ${plural(all, 'file')}`
  const width = Math.max(5, Math.min(WIDEST_BAR, room - text.length - 2))
  const filled = bar(all === 0 ? 0 : done / all, width)
  return `  ${style.cyan(filled)}${style.dim('░'.repeat(width - filled.length))}  ${cutEnd(text, Math.max(0, room - width - 2))}`
}

/** @param {Job} job */
function speed({ tally }) {
  const seconds = performance.now() / 1000
  return `${size(tally.bytes)} · ${plural(tally.lines, 'line')} · ${size(tally.bytes / seconds)}/s · ${seconds.toFixed(1)} s`
}

/** @param {Job} job */
function foundSoFar({ tally }) {
  return [
    plural(tally.found.secret, 'secret'),
    `${plural(tally.copies, 'copy', 'copies')} (${size(tally.copiedBytes)})`,
    `${count(tally.found.dynamic)} dynamic`,
    plural(tally.found.mark, 'to-do mark'),
    plural(tally.manifests.length, 'package'),
  ].join(' · ')
}

/** @param {Job} job */
function sources({ progress }) {
  const waiting = progress.walked && progress.phase === 'reading' ? ' · all files read, waiting for git and npm' : ''
  return `git: ${plural(progress.tracked, 'file')}, ${plural(progress.commits, 'commit')} · npm: ${plural(progress.packages, 'package')}${waiting}`
}

/** @param {Job} job */
function latest({ tally }) {
  if (!tally.latest) return ''
  const { kind, text = '', path, line } = tally.latest
  return `${kind} ${text} ${path}:${line}`
}

module.exports = { renderFrame }
