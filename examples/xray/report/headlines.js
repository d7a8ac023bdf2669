'use strict'

const { count, duration, plural, size, cutMiddle, clean } = require('./text.js')

/** @typedef {import('../answer/answer').Answer} Answer */
/** @typedef {import('./paper').Paper} Paper */

/** The numbers that matter most, before any detail. @param {Answer} answer @param {Paper} paper */
function writeHeadlines(answer, paper) {
  const { style } = paper
  const { files, run } = answer
  const name = cutMiddle(clean(answer.root), paper.width - 6)
  paper.line()
  paper.line(`${style.cyan('▌')}${style.bold('xray')}  ${name}`)
  paper.line()
  paper.note(
    [
      plural(files.found, 'file'),
      `${plural(answer.directories, 'directory', 'directories')}`,
      size(answer.bytes),
      `${plural(answer.lines, 'line')}`,
    ].join(' · '),
    style.bold
  )
  paper.note(
    `read in ${duration(run.elapsedMs)}, ${size(run.bytesPerSecond)}/s, ${plural(run.threads, 'thread')}; the event loop was never blocked for more than ${duration(run.longestBlockMs)}`
  )
  paper.line()
  for (const [number, text, paint] of verdicts(answer, style)) {
    const figure = count(number).padStart(7)
    paper.line(`${number === 0 ? style.green(figure) : paint(figure)}  ${text}`)
  }
}

/** @param {Answer} answer @param {import('./style').Style} style @returns {[number, string, import('./style').Paint][]} */
function verdicts({ secrets, copies, packages, installScripts, dynamicCode, marks, trouble }, style) {
  const several = packages.several.length
  const unread = trouble.unreadable.length + trouble.vanished
  return [
    [secrets.length, secrets.length === 1 ? 'secret' : 'secrets', style.red],
    [
      copies.files,
      `identical ${copies.files === 1 ? 'copy' : 'copies'}${copies.files ? `, which cost ${size(copies.bytes)}` : ''}`,
      style.yellow,
    ],
    [
      several,
      `${several === 1 ? 'package' : 'packages'} in several versions, of ${count(packages.names)}`,
      style.yellow,
    ],
    [
      installScripts.length,
      `${installScripts.length === 1 ? 'package runs' : 'packages run'} a program when installed`,
      style.yellow,
    ],
    [dynamicCode.confirmed, 'places run code from strings, or other programs', style.yellow],
    [marks.count, `to-do ${marks.count === 1 ? 'mark' : 'marks'} of your own`, style.bold],
    [unread, `${unread === 1 ? 'file' : 'files'} could not be read`, style.red],
  ]
}

module.exports = { writeHeadlines }
