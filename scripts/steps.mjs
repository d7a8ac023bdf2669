// Runs programs as named steps: shows each with its time, counts what passed and failed, says at the end what failed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const tools = join(root, 'node_modules', '.bin')

/**
 * @typedef {object} Outcome what a step found
 * @property {number} [passed]
 * @property {number} [failed]
 * @property {string} [output] shown where something failed
 * @property {string} [note] shown beside the step's name
 */

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, show?: boolean, cwd?: string, uid?: number, gid?: number }} [options]
 *   show: print the output as it comes, too
 */
export async function run(command, args, { env = {}, show = false, ...options } = {}) {
  const path = `${tools}${delimiter}${process.env.PATH}`
  const child = spawn(command, args, {
    cwd: root,
    ...options,
    env: { ...process.env, PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  let output = ''
  for (const [stream, shown] of /** @type {const} */ ([
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
      if (show) shown.write(text)
    })
  }
  const status = await once(child, 'close').then(
    ([code]) => /** @type {number | null} */ (code),
    (error) => {
      output += `${command}: ${error.message}\n`
      return 1
    }
  )
  return { status, output }
}

export class Steps {
  passed = 0
  failed = 0
  /** @type {string[]} */
  #failures = []

  /**
   * Runs one step: a function that returns what it found, or throws.
   * @param {string} name
   * @param {() => Outcome | Promise<Outcome>} work
   */
  async step(name, work) {
    const started = performance.now()
    /** @type {Outcome} */
    let outcome
    try {
      outcome = await work()
    } catch (error) {
      outcome = { failed: 1, output: error instanceof Error ? error.message : String(error) }
    }
    const { passed = 0, failed = 0, output = '', note } = outcome
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    this.passed += passed
    this.failed += failed
    const counts = passed + failed > 1 ? `${passed} passed, ${failed} failed` : ''
    const details = [counts, note].filter(Boolean).join('; ')
    console.log(`${failed > 0 ? 'FAIL' : 'ok  '} ${seconds.padStart(6)} s  ${name}${details && ` (${details})`}`)
    if (failed > 0) {
      this.#failures.push(name)
      console.log(output.replaceAll(/^/gm, '     | '))
    }
  }

  /**
   * A step that is one program, which says by its exit code whether all is well.
   * @param {string} name
   * @param {string} command
   * @param {string[]} args
   * @param {Parameters<typeof run>[2]} [options]
   */
  program(name, command, args, options) {
    return this.step(name, async () => {
      const { status, output } = await run(command, args, options)
      return status === 0 ? { passed: 1 } : { failed: 1, output }
    })
  }

  /** Prints what failed and, as the last line, the sums; sets the exit code. */
  finish() {
    if (this.#failures.length > 0) console.log(`\nfailed: ${this.#failures.join(', ')}`)
    console.log(`${this.passed} passed, ${this.failed} failed`)
    process.exitCode = this.failed > 0 || this.passed === 0 ? 1 : 0
  }
}
