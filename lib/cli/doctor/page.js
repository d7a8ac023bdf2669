'use strict'

// The report as one page that needs nothing else: styles and plots are in it, and it runs no script.

const { barsOf, stripOf } = require('./plots.js')
const { worthTelling } = require('./text.js')
const { counted, duration, place, whatOf } = require('./words.js')

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --soft: #66707f; --line: #d8dde4; --bad: #c8372d; --good: #2b7a4b; --busy: #3b6fb6; --code: #f4f6f8 }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --paper: #14181e; --soft: #98a2b0; --line: #333b46; --bad: #f0776c; --good: #69c08f; --busy: #7fb0ee; --code: #1d232b } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 960px; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; margin-bottom: 0 } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
.verdict { font-size: 1.15rem; margin: .2rem 0 1rem } .bad { color: var(--bad) } .good { color: var(--good) } .soft { color: var(--soft) }
pre { background: var(--code); padding: .6rem .8rem; overflow-x: auto; border-radius: 4px; margin: .4rem 0 } pre b { color: var(--bad) }
article { border-top: 1px solid var(--line); padding: .6rem 0 } article h3 { font-size: 1rem; margin: 0 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line) }
td.number, th.number { text-align: right } code { font: 13px/1.45 ui-monospace, monospace } svg { width: 100%; height: auto; display: block }
svg text { fill: var(--soft); font: 11px system-ui, sans-serif } details { margin-top: .3rem }
`

/** @param {unknown} text */
function escaped(text) {
  return String(text).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)
}

/** @param {import('./findings.js').Findings} findings */
function page(findings) {
  const { calls, culprits, ranMs, spawns, trouble } = findings
  const body = [
    `<h1>ironloop doctor</h1>${verdict(findings)}`,
    ...trouble.map((message) => `<p class="bad">The program could not be watched: ${escaped(message)}</p>`),
    plots(findings),
    culprits.length > 0 ? `<h2>What blocked the loop</h2>${culprits.map(article).join('')}` : '',
    table('Synchronous calls after start-up', worthTelling(calls, ranMs)),
    table('Starting children', spawns),
  ]
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>ironloop doctor</title>`
  return `<!doctype html>\n<html lang="en"><head>${head}<style>${STYLE}</style></head>\n<body>\n${body.filter(Boolean).join('\n')}\n</body></html>\n`
}

/** @param {import('./findings.js').Findings} findings */
function verdict({ blocks, blockedMs, longestMs, ranMs, startedMs, thresholdMs, trouble }) {
  const time = `<span class="soft">started in ${duration(startedMs)}, ran ${duration(ranMs)}</span>`
  if (blocks === 0 && trouble.length > 0) return `<p class="verdict">Blocks were not watched. ${time}</p>`
  if (blocks === 0) {
    return `<p class="verdict"><span class="good">No block over ${duration(thresholdMs)}.</span> ${time}</p>`
  }
  const found = `${counted(blocks, 'block')} over ${duration(thresholdMs)}, the longest ${duration(longestMs)}, together ${duration(blockedMs)}.`
  return `<p class="verdict"><span class="bad">${found}</span> ${time}</p>`
}

/** @param {import('./findings.js').Findings} findings */
function plots({ course, ranMs, samples }) {
  const busy = samples.map(({ atMs, busy }) => ({ atMs, value: busy * 100 }))
  const pool = samples
    .filter(({ poolMs }) => poolMs !== undefined)
    .map(({ atMs, poolMs }) => ({ atMs, value: poolMs ?? 0 }))
  return [
    `<h2>Blocks</h2>${stripOf(course, ranMs)}`,
    `<h2>Loop utilization</h2>${barsOf(busy, { ranMs, most: 100, unit: '%', colour: 'var(--busy)' })}`,
    pool.length === 0
      ? ''
      : `<h2>Thread pool: how long a tiny job took</h2>${barsOf(pool, { ranMs, most: 20, unit: 'ms', colour: 'var(--good)' })}`,
  ].join('\n')
}

/** @param {import('./findings.js').Culprit} culprit */
function article({ call, cause, code, count, ended, frames, gcMs, maxMs, stackMissing, totalMs, worker, ...at }) {
  const times =
    count === 1 ? duration(maxMs) : `${count} times, up to ${duration(maxMs)}, together ${duration(totalMs)}`
  const where = at.file === undefined ? '' : ` at <code>${escaped(place(at))}</code>`
  const lines = (code ?? []).map((line) => (line.startsWith('>') ? `<b>${escaped(line)}</b>` : escaped(line)))
  const stack = (frames ?? []).map((frame) => escaped(`at ${place(frame)}`)).join('\n')
  return [
    `<article><h3><span class="bad">${times}</span>${where}: ${escaped(whatOf({ call, cause, ended, gcMs, totalMs, worker }))}</h3>`,
    stackMissing === undefined ? '' : `<p class="soft">No stack: ${escaped(stackMissing)}</p>`,
    lines.length > 0 ? `<pre><code>${lines.join('\n')}</code></pre>` : '',
    stack === '' ? '' : `<details><summary class="soft">Stack</summary><pre><code>${stack}</code></pre></details>`,
    '</article>',
  ].join('')
}

/**
 * @param {string} title
 * @param {import('./findings.js').Calls[]} calls
 */
function table(title, calls) {
  if (calls.length === 0) return ''
  const rows = calls.map(({ caller, count, maxMs, ms, name }) => {
    const numbers = [count, duration(ms), duration(maxMs)].map((cell) => `<td class="number">${cell}</td>`).join('')
    const by = caller === undefined ? 'several places' : place(caller)
    return `<tr><td><code>${escaped(name)}</code></td>${numbers}<td><code>${escaped(by)}</code></td></tr>`
  })
  const heads =
    '<th>function</th><th class="number">calls</th><th class="number">together</th><th class="number">longest</th><th>from</th>'
  return `<h2>${title}</h2><table><tr>${heads}</tr>${rows.join('')}</table>`
}

module.exports = { page }
