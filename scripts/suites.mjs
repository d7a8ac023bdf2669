// The two test runners, with their counts: Jest for everything JavaScript, cargo test for the crates.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './steps.mjs'

const JEST = join('node_modules', 'jest', 'bin', 'jest.js')

/**
 * @param {string[]} [args]
 * @param {Parameters<typeof run>[2]} [options]
 * @returns {Promise<import('./steps.mjs').Outcome>}
 */
export async function jest(args = [], options = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'ironloop-jest-'))
  chmodSync(directory, 0o777) // the run may be another user's
  const file = join(directory, 'report.json')
  try {
    const { status, output } = await run(process.execPath, [JEST, '--json', `--outputFile=${file}`, ...args], options)
    const report = JSON.parse(readFileSync(file, 'utf8'))
    // A file that cannot be loaded has no tests to count.
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites
    const note = report.numPendingTests > 0 ? `${report.numPendingTests} skipped` : undefined
    // Jest also ends badly where all tests passed, say when a worker died at exit.
    const unexplained = status !== 0 && failed === 0 ? 1 : 0
    return {
      passed: report.numPassedTests,
      failed: failed + unexplained,
      note,
      output: options.show ? '' : why(report, output),
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * What Jest said of the files that failed; all that it printed where it is not of one file.
 * @param {{ testResults: { status: string, message: string }[] }} report
 * @param {string} output
 */
function why({ testResults }, output) {
  const messages = testResults.filter(({ status }) => status === 'failed').map(({ message }) => message)
  return messages.join('\n') || output
}

/**
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 * @returns {Promise<import('./steps.mjs').Outcome>}
 */
export async function cargoTest(args, options = {}) {
  const { status, output } = await run('cargo', ['test', ...args], options)
  let passed = 0
  let failed = 0
  for (const [, ok, bad] of output.matchAll(/^test result: .*? (\d+) passed; (\d+) failed;/gm)) {
    passed += Number(ok)
    failed += Number(bad)
  }
  if (status !== 0 && failed === 0) failed = 1 // it did not compile
  return { passed, failed, output: options.show ? '' : output }
}
