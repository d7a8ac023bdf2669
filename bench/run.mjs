#!/usr/bin/env node
// Runs one scenario of the benchmarks, or lists them all. How to write one: bench/README.md.
import { parseArgs } from 'node:util'
import refreshPoolWorker from '../scripts/pool-worker.mjs'
import { bench, progressLine } from './harness/bench.js'
import { nodeBinary } from './harness/nodes.js'
import { load, locate, names } from './harness/scenario.js'
import { table } from './harness/table.js'
import { UsageError } from './harness/usage-error.js'

const USAGE = `usage: node bench/run.mjs [<module>/<scenario>] [options]

  without a scenario      list all, one line each
  --json                  print one JSON object on stdout and nothing else
  --node PATH             measure under another node
  --nodes 20,24,26        measure under several; versions come from npm into bench/.cache, paths are taken as they are
  --rounds N              rounds per contender (default 9; nanosecond scenarios 14, their least)
  --row TEXT              only the rows whose name contains TEXT
  --only NAME,NAME        only these contenders
  --quick                 a few short rounds without the slow rows: does it work? Not for figures
  --help                  this text

The peers come once from: npm install --prefix bench
`

const options = /** @type {const} */ ({
  json: { type: 'boolean', default: false },
  node: { type: 'string' },
  nodes: { type: 'string' },
  rounds: { type: 'string' },
  row: { type: 'string' },
  only: { type: 'string' },
  quick: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
})

function parse() {
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    if (positionals.length > 1) throw new UsageError('one scenario at a time')
    if (values.node && values.nodes) throw new UsageError('either --node or --nodes')
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
    if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
      throw new UsageError('--rounds takes a whole number above 0')
    return { ...values, rounds, name: positionals[0] }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(error.message)
  }
}

async function list() {
  const all = names()
  const width = Math.max(...all.map((name) => name.length))
  for (const name of all) {
    const { title } = await load(locate(name))
    process.stdout.write(`${name.padEnd(width)}  ${title}\n`)
  }
}

async function main() {
  const { name, json, node, nodes, help, ...how } = parse()
  if (help) return void process.stdout.write(USAGE)
  if (name === undefined) return list()
  await refreshPoolWorker()
  const wanted = nodes?.split(',') ?? [node]
  const progress = progressLine()
  const results = []
  for (const one of wanted) {
    const binary = one === undefined ? process.execPath : nodeBinary(one)
    const result = await bench(name, { ...how, only: how.only?.split(','), node: binary, progress })
    progress('')
    results.push(result)
    if (!json) process.stdout.write(`${results.length > 1 ? '\n' : ''}${table(result)}`)
  }
  if (json)
    process.stdout.write(`${JSON.stringify(nodes === undefined ? results[0] : { scenario: name, runs: results })}\n`)
  if (results.some(({ counts }) => counts === false)) process.exitCode = 1
}

main().catch((error) => {
  progressLine()('')
  const oneLine = error instanceof UsageError || error.code?.startsWith('ERR_NATIVE_BINDING')
  process.stderr.write(`bench: ${oneLine ? error.message : (error.stack ?? error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
})
