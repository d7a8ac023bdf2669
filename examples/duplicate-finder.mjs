// Finds files of equal content in a tree: by size first, then by BLAKE3 of those that share one. Small files are hashed
// here, large ones on the native threads.
//
//     node examples/duplicate-finder.mjs [FOLDER]
import { createReadStream } from 'node:fs'
import { opendir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import buffer from 'ironloop/buffer'

const { createHash, promises } = buffer
const AT_ONCE = 32
/** Files beyond this are not read whole. */
const STREAMED = 64 * 2 ** 20

/**
 * Files by size, of a tree without its links.
 * @param {string} folder
 * @param {Map<number, string[]>} [sizes]
 */
async function bySize(folder, sizes = new Map()) {
  for await (const entry of await opendir(folder)) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) await bySize(file, sizes)
    else if (entry.isFile()) {
      const { size } = await stat(file)
      if (size > 0) sizes.set(size, [...(sizes.get(size) ?? []), file])
    }
  }
  return sizes
}

/**
 * @param {string} file
 * @param {number} size
 */
async function hashOf(file, size) {
  if (size <= STREAMED) return promises.blake3(await readFile(file))
  const hash = createHash('blake3')
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk)
  return hash.digest('hex')
}

/**
 * Runs some at once until the list is empty.
 * @template T
 * @param {T[]} list
 * @param {(one: T) => Promise<void>} run
 */
async function each(list, run) {
  const rest = list.values()
  const worker = async () => {
    for (const one of rest) await run(one)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

const folder = process.argv[2] ?? 'node_modules'
const start = performance.now()
const sizes = await bySize(folder)
const candidates = [...sizes]
  .filter(([, files]) => files.length > 1)
  .flatMap(([size, files]) => files.map((file) => ({ file, size })))
/** @type {Map<string, { size: number, files: string[] }>} */
const byHash = new Map()
let read = 0
await each(candidates, async ({ file, size }) => {
  const hash = await hashOf(file, size)
  read += size
  byHash.set(hash, { size, files: [...(byHash.get(hash)?.files ?? []), file] })
})
const groups = [...byHash.values()].filter(({ files }) => files.length > 1)
const wasted = groups.reduce((sum, { files, size }) => sum + size * (files.length - 1), 0)
const count = [...sizes.values()].reduce((sum, files) => sum + files.length, 0)
const seconds = (performance.now() - start) / 1000
console.log(`${count} files, ${(read / 1e6).toFixed(1)} MB hashed in ${seconds.toFixed(2)} s`)
console.log(`${groups.length} groups of identical files, ${(wasted / 1e6).toFixed(1)} MB could be saved`)
for (const { files, size } of groups.sort((a, b) => b.size * b.files.length - a.size * a.files.length).slice(0, 5)) {
  console.log(`  ${files.length} x ${size} bytes: ${files.sort()[0]}`)
}
