'use strict'

const { count, plural } = require('./text.js')

/** @typedef {import('../answer/answer').Answer} Answer */
/** @typedef {import('./paper').Paper} Paper */

/** @param {Answer} answer @returns {[number, string][]} */
function troubles({ trouble, files, storesSkipped }) {
  return [
    [trouble.unreadable.length, 'could not be read'],
    [trouble.vanished, 'vanished while they were read'],
    [trouble.brokenLinks, `of ${plural(files.links, 'symbolic link')} lead nowhere`],
    [trouble.special, 'are pipes, sockets or devices'],
    [trouble.otherFileSystems, 'directories on other file systems were not entered'],
    [storesSkipped, 'stores of version control were left out'],
    [files.empty, 'are empty'],
    [files.binary, 'are binary: hashed, not searched'],
    [trouble.tooLargeToParse.length, 'are too large to parse'],
    [trouble.syntaxErrors.length, 'have syntax errors'],
  ]
}

/** @param {Answer} answer @param {Paper} paper */
function writeTrouble(answer, paper) {
  const { yellow, dim } = paper.style
  const { trouble, git, npm } = answer
  paper.heading('What was not as it should be')
  const present = troubles(answer).filter(([number]) => number > 0)
  if (present.length === 0) paper.note('nothing')
  const whole = Math.max(...present.map(([number]) => count(number).length))
  for (const [number, text] of present) paper.note(`${count(number).padStart(whole)} ${text}`, (line) => line)
  paper.table(trouble.unreadable, [{ paint: yellow }, { cut: 'middle' }], ({ path, code }) => [code, path])
  paper.table(trouble.syntaxErrors, [{ cut: 'middle', paint: yellow }, { paint: dim }], ({ path, line, message }) => [
    `${path}:${line}`,
    message,
  ])
  for (const problem of npm.problems.slice(0, paper.top)) paper.note(`npm: ${problem}`)
  paper.line()
  paper.note(`git: ${git.problem ?? `${plural(git.tracked, 'tracked file')}, ${plural(git.commits, 'commit')}`}`)
  paper.note(`npm: ${npm.problem ?? `${plural(npm.packages, 'package')}, ${plural(npm.problems.length, 'problem')}`}`)
}

module.exports = { writeTrouble }
