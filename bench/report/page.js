'use strict'

// docs/benchmarks.md, from the figures. Lost rows and missed bars come first: they are what a reader must not miss.

const { number, asRatio } = require('../harness/table.js')
const { major, compareVersions } = require('./figures.js')

/**
 * @param {{ scenarios: import('./figures.js').Scenario[], titles: Record<string, string>, plots: Set<string>, made: string,
 *   leftToNode: string }} content
 */
function page({ scenarios, titles, plots, made, leftToNode }) {
  const several = processors(scenarios).length > 1
  const sections = [
    introduction(made),
    machines(scenarios),
    losses(scenarios),
    ...scenarios.map((scenario) => section(scenario, titles[scenario.name], plots.has(scenario.name), several)),
    leftToNode.trim(),
  ]
  return `${sections.join('\n\n')}\n`
}

/** @param {string} made */
function introduction(made) {
  return `<!-- Made by \`npm run bench:report\` from bench/results/latest.json; change bench/, not this file. -->

# Benchmarks

Measured ${made}. A ratio says how many times better ironloop is than the peer in that line, in the same run on the same
machine: above 1 ironloop wins, below 1 it loses, and lost rows stay in. Absolute figures are those of one machine; ratios
travel better, yet measure on yours:

    npm install --prefix bench                # once: the peers
    node bench/run.mjs                        # lists the scenarios
    node bench/run.mjs pool/noop              # any of them; --nodes 20,24,26 for other versions of Node

All contenders of a scenario give the same answer, checked before anything is timed. Rounds of the contenders alternate;
figures are medians of the rounds (in nanosecond scenarios the best round), p99 is what 99 of 100 samples are at least as good as. How it is measured in detail:
[bench/README.md](../bench/README.md). The orange tick in a plot is the bar that the project set itself; a bar is met from
0.95 of it; the number beside a line is that of the newest Node. Bars hold on Node 24 and 26; Node 20 is shown beside them.`
}

/** @param {import('./figures.js').Scenario[]} scenarios */
function processors(scenarios) {
  return [...new Set(scenarios.flatMap((scenario) => scenario.machines.map(({ cpu }) => cpu)))]
}

/** @param {import('./figures.js').Scenario[]} scenarios */
function machines(scenarios) {
  const all = scenarios.flatMap((scenario) => scenario.machines)
  const distinct = (/** @type {(machine: any) => string} */ describe) => [...new Set(all.map(describe))]
  const hardware = distinct((m) => `${m.cpu}, ${m.cores} cores, ${m.memoryGiB} GiB, ${m.platform}, kernel ${m.release}`)
  const nodes = distinct((m) => m.node).sort(compareVersions)
  const packages = distinct((m) =>
    Object.entries(m.packages)
      .map((entry) => entry.join(' '))
      .join('\n')
  )
  const versions = [...new Set(packages.flatMap((lines) => lines.split('\n')))].sort()
  return `## Where

- ${hardware.join('\n- ')}
- Node ${nodes.join(', ')}
- ${versions.join(', ')}`
}

/** @param {import('./figures.js').Scenario[]} scenarios */
function losses(scenarios) {
  const listed = (/** @type {'lost' | 'missed' | 'void'} */ kind) =>
    scenarios.flatMap(({ name, rows }) =>
      rows.flatMap((row) =>
        row[kind].map((what) => `- [${name}](#${heading(name)})${row.name && `, ${row.name}`}: ${what}`)
      )
    )
  const [lost, missed, without] = [listed('lost'), listed('missed'), listed('void')]
  const parts = [
    '## Lost rows and missed bars',
    lost.length > 0 ? `Rows in which a peer is better:\n\n${lost.join('\n')}` : 'No row is lost in this run.',
    missed.length > 0 ? `Bars missed:\n\n${missed.join('\n')}` : 'All bars are met in this run.',
  ]
  if (without.length > 0)
    parts.push(`Rows that do not count, because their A/A control was off:\n\n${without.join('\n')}`)
  return parts.join('\n\n')
}

/**
 * @param {import('./figures.js').Scenario} scenario
 * @param {string | undefined} title
 * @param {boolean} plotted
 * @param {boolean} several whether scenarios were run on several processors
 */
function section(scenario, title, plotted, several) {
  const { name, unit, better, nodes, rows } = scenario
  const lines = [`## ${name}`, '']
  if (title) lines.push(`${title[0].toUpperCase()}${title.slice(1)}. ${unit}, ${better} is better.`, '')
  else lines.push(`${unit}, ${better} is better.`, '')
  lines.push(`    node bench/run.mjs ${name}`, '')
  if (several) lines.push(`On: ${processors([scenario]).join('; ')}.`, '')
  if (plotted) lines.push(`![${name}: ratios](plots/${plotName(name)}.svg)`, '')
  const named = rows.some((row) => row.name)
  const head = [...(named ? ['row'] : []), 'contender', ...nodes.map((node) => `Node ${major(node)}`)]
  lines.push(tableLine(head), tableLine(head.map((_, at) => (at < (named ? 2 : 1) ? '---' : '---:'))))
  for (const row of rows) {
    for (const [at, contender] of row.contenders.entries()) {
      const cells = nodes.map((node) => cell(contender, node))
      const label = contender.name === 'ironloop' ? '**ironloop**' : contender.name
      const asked = bar(contender.name === 'ironloop' ? row.limit : undefined, contender.atLeast)
      lines.push(tableLine([...(named ? [at === 0 ? row.name : ''] : []), `${label}${asked}`, ...cells]))
    }
  }
  const absent = rows.flatMap(({ contenders }) =>
    contenders.flatMap((one) => one.absent.map((why) => `${one.name}, ${why}`))
  )
  if (scenario.stolen.length > 0) lines.push('', `Disturbed: ${scenario.stolen.join('; ')}.`)
  if (absent.length > 0) lines.push('', `Not taking part: ${[...new Set(absent)].join('; ')}.`)
  return lines.join('\n')
}

/**
 * @param {import('./figures.js').Contender} contender
 * @param {string} node
 */
function cell({ figures }, node) {
  const figure = figures.find((one) => one.node === node)
  if (!figure) return '–'
  const { value, p99, ratio } = figure
  const compared = ratio === undefined ? '' : ratio < 1 ? `, **${number(ratio)}× (lost)**` : `, ${number(ratio)}×`
  return `${number(value)} (p99 ${number(p99)})${compared}`
}

/**
 * @param {number | undefined} limit
 * @param {number | undefined} atLeast
 */
function bar(limit, atLeast) {
  if (limit !== undefined) return ` (limit ${limit})`
  return atLeast === undefined ? '' : ` (at least ${asRatio(atLeast)}×)`
}

/** @param {string[]} cells */
function tableLine(cells) {
  return `| ${cells.map((one) => one.replaceAll('|', '\\|')).join(' | ')} |`
}

/** The id that GitHub gives to a scenario's heading. @param {string} name */
function heading(name) {
  return name.replaceAll('/', '')
}

/** The name of a scenario's plot. @param {string} name */
function plotName(name) {
  return name.replaceAll('/', '-')
}

module.exports = { page, plotName }
