// Writes the programs of examples/loop-order.js and their traces into docs/event-loop.md, so that the page is true:
// `node scripts/event-loop-page.mjs`; with --check it only says whether the order is still the page's.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import order from '../examples/loop-order.js'
import { root } from './steps.mjs'

const page = join(root, 'docs/event-loop.md')
const PART = /<!-- trace: (\w+) -->\n[\s\S]*?<!-- end -->/g

const check = process.argv.includes('--check')
/** Of this program two orders are right. */
const EITHER = 'main'
const TRIES = 5

const before = readFileSync(page, 'utf8')
let after = before
for (const [whole, name] of before.matchAll(PART)) {
  if (!check) after = after.replace(whole, () => partOf(name))
  else if (name !== EITHER) confirm(name, whole)
}
if (!check) writeFileSync(page, after)

/**
 * A busy machine may stop a program between two callbacks of one turn, and then they are of two: it has a few tries.
 * @param {string} name
 * @param {string} expected
 */
function confirm(name, expected) {
  let part = partOf(name)
  for (let tries = 1; essence(part) !== essence(expected) && tries < TRIES; tries++) part = partOf(name)
  if (essence(part) === essence(expected)) return
  process.stderr.write(`${name} is otherwise in docs/event-loop.md:\n${part}\n`)
  process.exitCode = 1
}

/** @param {string} name */
function partOf(name) {
  const program = join(root, 'examples/loop-order.js')
  const { stdout } = spawnSync(process.execPath, [program, name, '--plain'], { encoding: 'utf8' })
  return `<!-- trace: ${name} -->\n${shown(order.programs[name], stdout)}<!-- end -->`
}

/**
 * @param {() => void} program
 * @param {string} trace
 */
function shown(program, trace) {
  const lines = program.toString().split('\n')
  const indent = Math.min(...lines.slice(1).map((line) => line.search(/\S/)))
  const code = lines.slice(1, -1).map((line) => line.slice(indent + 2))
  const text = trace.replaceAll(/ \([\w.-]+:\d+\)$/gm, '')
  return `\`\`\`js\n${code.join('\n')}\n\`\`\`\n\n\`\`\`text\n${text}\`\`\`\n`
}

/**
 * What a trace shows for certain: the order of the program's own callbacks. Where one turn ends and which callbacks of
 * Node's own lie between depends on the machine and on the version.
 * @param {string} text
 */
function essence(text) {
  const named = new Set([...text.matchAll(/function (\w+)\(/g)].map(([, name]) => name))
  const lines = text.split('\n').filter((line) => !line.startsWith('---'))
  return lines
    .filter((line) => !/^(nextTick|poll|close) /.test(line) || named.has(line.split(' ').at(-1) ?? ''))
    .join('\n')
}
