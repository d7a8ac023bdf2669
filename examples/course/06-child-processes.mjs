// A child process is a program of its own: it gets arguments, an environment and input; it gives output and a status.
import { RunError, run, spawn } from 'ironloop/child_process'

const node = process.execPath
const { stdout } = await run(node, ['-p', 'process.env.COURSE'], { env: { COURSE: '1' } })
console.log(stdout) // 1

// No shell is asked, so nothing in a value is a command.
const name = '$(whoami); rm -rf /'
console.log((await run`${node} -p process.argv[1] ${name}`).stdout) // $(whoami); rm -rf /

try {
  await run(node, ['-e', 'process.exit(3)'])
} catch (error) {
  console.log(error instanceof RunError && error.exitCode) // 3
}

// The same as Node's: events and streams.
const child = spawn(node, ['-e', 'process.stdin.pipe(process.stdout)'])
child.stdout.on('data', (bytes) => console.log(`heard ${bytes}`)) // heard hello
child.on('close', (code) => console.log('closed', code)) // closed 0
child.stdin.end('hello')
