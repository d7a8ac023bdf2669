// Byte work: one pass finds all patterns, the line feeds give the line of each, a hash names the content.
//   node examples/buffer-search.mjs [FILE [PATTERN ...]]

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { blake3, MultiFinder, newlineOffsets } from 'ironloop/buffer'

const [file = fileURLToPath(import.meta.url), ...words] = process.argv.slice(2)
const patterns = words.length > 0 ? words : ['MultiFinder', 'newlineOffsets', 'blake3']

const bytes = await readFile(file)
const { count, patternIds, starts } = new MultiFinder(patterns).findAll(bytes)
const newlines = newlineOffsets(bytes)

let line = 0
for (let i = 0; i < count; i++) {
  while (line < newlines.length && newlines[line] < starts[i]) line++ // both are in order
  const from = line === 0 ? 0 : newlines[line - 1] + 1
  const text = bytes.toString('utf8', from, newlines[line] ?? bytes.length)
  console.log(`${String(line + 1).padStart(5)}  ${patterns[patternIds[i]].padEnd(16)} ${text.trim().slice(0, 80)}`)
}
console.log(
  `${count} matches in ${newlines.length} lines, ${bytes.length} bytes; blake3 ${blake3(bytes).slice(0, 16)}…`
)
