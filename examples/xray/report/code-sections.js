'use strict'

const { age, bar, count, plural } = require('./text.js')

/** @typedef {import('../answer/answer').Answer} Answer */
/** @typedef {import('./paper').Paper} Paper */

/** @param {Record<string, number>} kinds */
const listKinds = (kinds) =>
  Object.entries(kinds)
    .map(([kind, number]) => `${kind} ${count(number)}`)
    .join(', ')

/** @param {Answer} answer @param {Paper} paper */
function writeDynamicCode({ dynamicCode }, paper) {
  const { hits, confirmed, kinds, packages } = dynamicCode
  if (hits === 0) return
  const { yellow, dim } = paper.style
  paper.heading(
    'Dynamic code',
    `${count(confirmed)} of ${plural(hits, 'candidate')} are real: ${listKinds(kinds) || 'none'}`
  )
  paper.table(packages, [{ paint: yellow }, { cut: 'end' }, { cut: 'middle', paint: dim }], (one) => [
    one.package || '(your own)',
    listKinds(one.kinds),
    `${one.uses[0].path}:${one.uses[0].line}`,
  ])
}

const HEAT_WIDTH = 10

/** @param {Answer} answer @param {Paper} paper */
function writeHotSpots({ hotSpots, git }, paper) {
  if (hotSpots.length === 0) return
  const { red, dim } = paper.style
  const aside =
    git.commits > 0
      ? `commits × complexity (and the worst function), of ${plural(git.commits, 'commit')}`
      : `by complexity alone: ${git.problem ?? 'no history here'}`
  paper.heading('Hot spots', aside)
  const hottest = Math.max(1, hotSpots[0].score)
  paper.table(
    hotSpots,
    [{ paint: red }, { cut: 'middle' }, { align: 'right' }, { paint: dim }],
    ({ path, score, commits, complexity, estimated, worst }) => [
      bar(score / hottest, HEAT_WIDTH).padEnd(HEAT_WIDTH),
      path,
      `${git.commits > 0 ? `${count(commits)} × ` : ''}${estimated ? '~' : ''}${count(complexity)}`,
      worst && worst.complexity > 1 ? `${worst.name} ${worst.complexity}` : '',
    ]
  )
}

/** @param {Answer} answer @param {Paper} paper */
function writeOldestMarks({ oldestMarks, marks, git }, paper) {
  if (marks.count === 0) return
  const { yellow, dim } = paper.style
  if (oldestMarks.length === 0) {
    paper.heading('To-do marks', `${listKinds(marks.kinds)}; not dated: ${git.problem ?? 'in no file that git tracks'}`)
    paper.table(marks.marks, [{ cut: 'middle', paint: yellow }, {}], ({ path, line, text = '' }) => [
      `${path}:${line}`,
      text,
    ])
    return
  }
  paper.heading('Oldest to-do marks', `${listKinds(marks.kinds)}; dated in the hottest files`)
  paper.table(
    oldestMarks,
    [{ align: 'right', paint: yellow }, { cut: 'middle' }, { cut: 'end', paint: dim }, {}],
    (mark) => [age(mark.since), `${mark.path}:${mark.line}`, mark.author, mark.text]
  )
}

module.exports = { writeDynamicCode, writeHotSpots, writeOldestMarks }
