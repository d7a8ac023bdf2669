// A contender that runs under another runtime: a program of its own, told by lines when to measure. The binaries are
// those of `npm run test:runtimes`; where there is none, the contender says so and stays out.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const here = `${process.platform}-${process.arch}`
const libc = process.platform === 'linux' ? '-glibc' : ''
const file = (path) => fileURLToPath(new URL(`../../../target/runtimes/${path}`, import.meta.url))
const program = fileURLToPath(new URL('one-way-program.mjs', import.meta.url))
const ROUND_MS = 100

const runtimes = {
  Bun: { binary: file(`_oven_bun-${here}/bin/bun`), args: [] },
  Deno: { binary: file(`_deno_${here}${libc}/deno`), args: ['run', '--allow-all', '--no-lock'] },
}

/** `postMessage` in that runtime, in K ops/s; shown, not compared: it is not what one can choose within Node. */
export function postMessageIn(name) {
  const { binary, args } = runtimes[name]
  return {
    ratio: false,
    absent: () => (existsSync(binary) ? undefined : 'its binary is not here: npm run test:runtimes fetches it'),
    async setup({ payload, operations, bytes = 1024 }) {
      const child = spawn(binary, [...args, program, payload, operations, bytes], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      return { child, lines, operations }
    },
    async measure(state) {
      const samples = []
      for (let spent = 0; spent < ROUND_MS; ) {
        const { ms } = await sendAll(state)
        spent += ms
        samples.push(state.operations / ms)
      }
      return samples
    },
    answer: async (state) => (await sendAll(state)).checksum,
    async teardown({ child }) {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}

async function sendAll({ child, lines }) {
  child.stdin.write('\n')
  const { value, done } = await lines.next()
  if (done) throw new Error('it ended')
  return JSON.parse(value)
}
