'use strict'

const { isOwn } = require('../worker/file-kinds.js')
const { groupBy, sortBy } = require('./order.js')

/** @typedef {import('../worker/examine-file').Finding} Finding */

const REHEARSAL =
  /(?:^|\/)(?:__tests?__|tests?|specs?|fixtures?|examples?|docs?|mocks?|__mocks__)\/|\.(?:test|spec)\.|\.md$/i

/** @param {{ path: string, line: number, kind: string }} finding @returns {import('./order').Keys} */
const where = ({ path, line, kind }) => [path, -line, kind]

/**
 * Secrets: first what git would carry into every clone, last what looks like a test's or a document's.
 * @param {Finding[]} findings
 * @param {Set<string>} tracked
 */
function describeSecrets(findings, tracked) {
  const secrets = findings
    .filter(({ group }) => group === 'secret')
    .map(({ kind, path, line, text = '' }) => {
      const rehearsal = REHEARSAL.test(path)
      return { kind, path, line, masked: text, tracked: tracked.has(path), own: isOwn(path), rehearsal }
    })
  return sortBy(secrets, (secret) => {
    const { tracked: inGit, own, rehearsal } = secret
    return [Number(!rehearsal), Number(inGit), Number(own), ...where(secret)]
  })
}

const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//

/** The installed package a path is in, or '' for the tree's own files. @param {string} path */
const packageOf = (path) => PACKAGE.exec(path)?.[1] ?? ''

/**
 * Confirmed dynamic code, by package.
 * @param {Finding[]} findings
 * @param {number} hits of the prefilter, most of which are comments, strings and methods of the same name
 */
function describeDynamicCode(findings, hits) {
  const confirmed = findings.filter(({ group }) => group === 'dynamic')
  const packages = [...groupBy(confirmed, ({ path }) => packageOf(path))].map(([name, uses]) => ({
    package: name,
    kinds: countKinds(uses),
    uses: sortBy(uses, where).map(({ kind, path, line }) => ({ kind, path, line })),
  }))
  const ownFirst = sortBy(packages, (one) => [Number(one.package === ''), one.uses.length, one.package])
  return { hits, confirmed: confirmed.length, kinds: countKinds(confirmed), packages: ownFirst }
}

/** @param {Finding[]} findings @returns {Record<string, number>} */
function countKinds(findings) {
  const kinds = [...groupBy(findings, ({ kind }) => kind)].map(([kind, all]) => ({ kind, count: all.length }))
  const commonFirst = sortBy(kinds, ({ kind, count }) => [count, kind])
  return Object.fromEntries(commonFirst.map(({ kind, count }) => [kind, count]))
}

/** @param {Finding[]} findings */
function describeMarks(findings) {
  const marks = sortBy(
    findings.filter(({ group }) => group === 'mark'),
    where
  )
  return { count: marks.length, kinds: countKinds(marks), marks }
}

module.exports = { describeDynamicCode, describeMarks, describeSecrets }
