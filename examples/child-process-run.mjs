// run(): a child process as a promise and as lines, without a shell, with a deadline that needs no event loop.
//   node examples/child-process-run.mjs

import { RunError, run } from 'ironloop/child_process'

const node = process.execPath

// Lines as they are printed.
for await (const line of run(node, ['-e', 'for (let i = 1; i <= 3; i++) console.log("line", i)'])) console.log(line)

// A value in the template form is one argument, whatever is in it.
const name = 'a name; with $(quotes) and "spaces"'
const { stdout, durationMs } = await run`${node} -p process.argv[1] ${name}`
console.log(`${stdout}, after ${Math.round(durationMs)} ms`)

// A failure is an error with all the facts.
try {
  await run(node, ['-e', 'console.error("out of paper"); process.exitCode = 3'])
} catch (error) {
  if (!(error instanceof RunError)) throw error
  console.log(`exit code ${error.exitCode}, and on stderr: ${error.stderr}`)
}

// The deadline is kept by a native thread: also while this thread computes.
const endless = run(node, ['-e', 'setInterval(() => {}, 1000)'], { timeout: 200, reject: false })
const busyUntil = performance.now() + 400
while (performance.now() < busyUntil);
const { timedOut, signal } = await endless
console.log(`timed out: ${timedOut}, ended by ${signal}`)
