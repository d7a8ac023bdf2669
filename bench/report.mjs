#!/usr/bin/env node
// Runs scenarios under several versions of Node and makes docs/benchmarks.md of all results.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bench, progressLine } from './harness/bench.js'
import { nodeBinary } from './harness/nodes.js'
import { load, locate, names } from './harness/scenario.js'
import { UsageError } from './harness/usage-error.js'
import { scenarios } from './report/figures.js'
import { page, plotName } from './report/page.js'
import { plot } from './report/plot.js'
import { readRuns, replace, writeRuns } from './report/results-file.js'

const USAGE = `usage: npm run bench:report -- [<module>/<scenario> ...] [options]

  without scenarios       run all; with some, run those and keep the results of the others
  --nodes 20,24,26        versions (from npm) or paths of Node to run under; this is the default
  --from FILE             run nothing, only render the results in FILE
  --out DIR               where bench/results, docs/benchmarks.md and docs/plots are (default: this checkout)
  --rounds N, --quick     as for run.mjs
`

const root = fileURLToPath(new URL('..', import.meta.url))
const progress = progressLine()
const say = (line) => {
  progress('')
  process.stderr.write(`${line}\n`)
}

function parse() {
  const options = {
    nodes: { type: 'string', default: '20,24,26' },
    from: { type: 'string' },
    out: { type: 'string', default: root },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  }
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    return { ...values, rounds: values.rounds && Number(values.rounds), wanted: positionals }
  } catch (error) {
    throw new UsageError(error.message)
  }
}

/** Runs what is wanted; after each run the results are on disk. A scenario that fails keeps its older results. */
async function run({ wanted, nodes, rounds, quick }, file) {
  let runs = existsSync(file) ? readRuns(file) : []
  if (wanted.length === 0) runs = runs.filter(({ result }) => names().includes(result.scenario))
  let failed = 0
  for (const name of wanted.length > 0 ? wanted : names()) {
    for (const node of nodes.split(',')) {
      try {
        const result = await bench(name, { node: nodeBinary(node), rounds, quick, progress })
        runs = replace(runs, { at: new Date().toISOString().slice(0, 10), result })
        writeRuns(file, runs)
        say(`${name} under Node ${result.machine.node}: done`)
      } catch (error) {
        if (error instanceof UsageError) throw error
        failed++
        say(`${name} under Node ${node} failed: ${error.message}`)
      }
    }
  }
  if (failed > 0) process.exitCode = 1
  return runs
}

async function titlesOf(all) {
  const titles = {}
  for (const { name } of all) {
    if (names().includes(name)) titles[name] = (await load(locate(name))).title
  }
  return titles
}

/** Writes the page and its plots; plots of scenarios that are gone go too. */
async function render(runs, out) {
  const plotsFolder = path.join(out, 'docs', 'plots')
  mkdirSync(plotsFolder, { recursive: true })
  for (const old of readdirSync(plotsFolder)) if (old.endsWith('.svg')) rmSync(path.join(plotsFolder, old))
  const all = scenarios(runs)
  const plots = new Set()
  for (const scenario of all) {
    const svg = plot(scenario)
    if (svg === undefined) continue
    plots.add(scenario.name)
    writeFileSync(path.join(plotsFolder, `${plotName(scenario.name)}.svg`), svg)
  }
  const days = [...new Set(runs.map(({ at }) => at))].sort()
  const made = days.length > 1 ? `from ${days[0]} to ${days.at(-1)}` : `on ${days[0]}`
  const leftToNode = readFileSync(new URL('left-to-node.md', import.meta.url), 'utf8')
  const text = page({ scenarios: all, titles: await titlesOf(all), plots, made, leftToNode })
  writeFileSync(path.join(out, 'docs', 'benchmarks.md'), text)
}

async function main() {
  const options = parse()
  if (options.help) return void process.stdout.write(USAGE)
  const file = path.join(options.out, 'bench', 'results', 'latest.json')
  const runs = options.from === undefined ? await run(options, file) : readRuns(options.from)
  if (runs.length === 0) throw new UsageError('there is nothing to report')
  await render(runs, options.out)
  say(`docs/benchmarks.md: ${scenarios(runs).length} scenarios`)
}

main().catch((error) => {
  progress('')
  process.stderr.write(`bench:report: ${error instanceof UsageError ? error.message : (error.stack ?? error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
})
