'use strict'

const { bar, count, plural, size } = require('./text.js')

/** @typedef {import('../answer/answer').Answer} Answer */
/** @typedef {import('./paper').Paper} Paper */

const BAR_WIDTH = 24

/** @param {Answer} answer @param {Paper} paper */
function writeKinds({ kinds, bytes }, paper) {
  if (kinds.length === 0) return
  const { cyan, dim } = paper.style
  const width = Math.min(BAR_WIDTH, Math.floor(paper.width / 5))
  paper.heading('What it is made of')
  paper.table(
    kinds,
    [{}, { paint: cyan }, { align: 'right' }, { align: 'right', paint: dim }, { align: 'right', paint: dim }],
    (kind) => [
      kind.extension,
      bar(kind.bytes / bytes, width).padEnd(width),
      size(kind.bytes),
      plural(kind.files, 'file'),
      kind.lines > 0 ? plural(kind.lines, 'line') : '',
    ]
  )
}

/** @param {Answer['secrets'][0]} secret */
function secretRemark({ tracked, own, rehearsal }) {
  const place = tracked ? 'in git' : own ? 'not in git' : 'in a package'
  return rehearsal ? `${place}, a test's or an example's` : place
}

/** @param {Answer} answer @param {Paper} paper */
function writeSecrets({ secrets }, paper) {
  if (secrets.length === 0) return
  const { red, dim } = paper.style
  paper.heading('Secrets', `${count(secrets.length)} found, shown masked`)
  paper.table(secrets, [{ paint: red }, {}, { cut: 'middle' }, { paint: dim }], (secret) => [
    secret.kind,
    secret.masked,
    `${secret.path}:${secret.line}`,
    secretRemark(secret),
  ])
}

/** @param {Answer} answer @param {Paper} paper */
function writeCopies({ copies }, paper) {
  if (copies.groups.length === 0) return
  const { yellow, dim } = paper.style
  paper.heading('Identical copies', `${plural(copies.files, 'file')} more than needed, ${size(copies.bytes)}`)
  paper.table(
    copies.groups,
    [
      { align: 'right', paint: yellow },
      { align: 'right', paint: dim },
      { cut: 'middle' },
      { cut: 'middle', paint: dim },
    ],
    ({ cost, size: one, paths }) => [
      size(cost),
      `${paths.length} × ${size(one)}`,
      paths[0],
      paths.length > 2 ? `and ${count(paths.length - 1)} more` : differingPart(paths[0], paths[1]),
    ]
  )
}

/** What the second path of a pair has of its own. @param {string} first @param {string} second */
function differingPart(first, second) {
  const left = first.split('/')
  const right = second.split('/')
  let same = 0
  while (same < right.length - 1 && left[same] === right[same]) same++
  return `and ${same > 0 ? '…/' : ''}${right.slice(same).join('/')}`
}

/** @param {string[]} askers */
function askers([first, ...others]) {
  if (first === undefined) return ''
  const name = first.replace(/(?<=.)@[^@]*$/, '')
  return ` ← ${name}${others.length > 0 ? ` +${others.length}` : ''}`
}

/** @param {Answer} answer @param {Paper} paper */
function writePackages({ packages }, paper) {
  if (packages.several.length === 0) return
  paper.heading(
    'Packages in several versions',
    `${count(packages.several.length)} of ${count(packages.names)}; ← who asks for it`
  )
  paper.table(packages.several, [{ paint: paper.style.yellow }, {}], ({ name, versions }) => [
    name,
    versions
      .map(
        ({ version, places, wantedBy }) =>
          `${version}${places.length > 1 ? ` ×${places.length}` : ''}${askers(wantedBy)}`
      )
      .join(' · '),
  ])
}

/** @param {Answer} answer @param {Paper} paper */
function writeInstallScripts({ installScripts }, paper) {
  if (installScripts.length === 0) return
  const { yellow, dim } = paper.style
  paper.heading(
    'Install scripts',
    `${plural(installScripts.length, 'package runs', 'packages run')} a program when installed`
  )
  paper.table(
    installScripts.flatMap(({ name, version, scripts }) =>
      Object.entries(scripts).map(([script, command]) => ({ name, version, script, command }))
    ),
    [{ paint: yellow }, { paint: dim }, {}],
    ({ name, version, script, command }) => [`${name}@${version}`, script, command]
  )
}

module.exports = { writeCopies, writeInstallScripts, writeKinds, writePackages, writeSecrets }
