'use strict'

// The command line. Nothing in here loads the native binding: what watches a program is loaded in that program's process.

const { styleText } = require('./style.js')

const USAGE = `Usage: ironloop doctor [options] FILE [ARGS]

  doctor   runs a program and tells what blocked its event loop: ironloop doctor --help

Options: --help, --version
`

/** @type {Record<string, () => (args: string[]) => Promise<number>>} */
const commands = {
  doctor: () => require('./doctor/index.js').doctor,
}

/** @param {string[]} args */
async function main([name, ...args]) {
  if (name === '--version') return void process.stdout.write(`${require('../../package.json').version}\n`)
  if (name === '--help' || name === 'help') return void process.stdout.write(USAGE)
  const command = commands[name]?.()
  if (command === undefined) {
    if (name !== undefined) process.stderr.write(`${styleText('red', `ironloop: no command '${name}'`)}\n`)
    process.stderr.write(USAGE)
    process.exitCode = 2
    return
  }
  process.exitCode = await command(args)
}

module.exports = { main }
