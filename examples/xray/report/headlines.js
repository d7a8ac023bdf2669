'use strict'

const { age, count, duration, plural, size, cutMiddle, clean } = require('./text.js')

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

/** @param {number} number @param {string} one @param {string} many @param {string} [detail] only when there is any */
const says = (number, one, many, detail = '') => (number === 1 ? one : many) + (number > 0 ? detail : '')

/** @param {Answer} answer @param {import('./style').Style} style @returns {[number, string, import('./style').Paint][]} */
function verdicts({ secrets, copies, packages, installScripts, dynamicCode, marks, oldestMarks, trouble }, style) {
  const { red, yellow, bold } = style
  const several = packages.several.length
  const runs = installScripts.length
  const unread = trouble.unreadable.length + trouble.vanished
  const cost = `: ${size(copies.bytes)} that need not be there`
  const oldest = oldestMarks.length > 0 ? `; the oldest dated one: ${age(oldestMarks[0].since)}` : ''
  return [
    [secrets.length, says(secrets.length, 'secret', 'secrets'), red],
    [runs, `${says(runs, 'package runs', 'packages run')} a program when installed`, yellow],
    [several, `${says(several, 'package', 'packages')} in several versions, of ${count(packages.names)}`, yellow],
    [copies.files, says(copies.files, 'identical copy', 'identical copies', cost), yellow],
    [
      dynamicCode.confirmed,
      `${says(dynamicCode.confirmed, 'place runs', 'places run')} code from strings, or other programs`,
      yellow,
    ],
    [marks.count, says(marks.count, 'to-do mark of your own', 'to-do marks of your own', oldest), bold],
    [unread, `${says(unread, 'file', 'files')} could not be read`, red],
  ]
}

module.exports = { writeHeadlines }
