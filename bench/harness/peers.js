'use strict'

// The packages that take part: which contender stands for which, in which version, and whether it is there.

const { existsSync, mkdirSync, readFileSync, symlinkSync, lstatSync } = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { root } = require('./scenario.js')
const { UsageError } = require('./usage-error.js')

const read = (/** @type {string} */ file) => JSON.parse(readFileSync(file, 'utf8'))

/** Lets scenarios say `import('ironloop')` as any user does: bench/node_modules/ironloop is this checkout. */
function linkSelf() {
  const link = path.join(root, 'node_modules', 'ironloop')
  if (lstatSync(link, { throwIfNoEntry: false })) return
  mkdirSync(path.dirname(link), { recursive: true })
  try {
    symlinkSync(path.join('..', '..'), link, process.platform === 'win32' ? 'junction' : 'dir')
  } catch (error) {
    // Another run may have been quicker.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
  }
}

/**
 * The packages behind a scenario's contenders: a contender's `peer`, or the first word of its name where bench/package.json
 * knows it.
 * @param {any} scenario
 * @returns {Record<string, string>} name -> installed version
 */
function versions(scenario) {
  const known = read(path.join(root, 'package.json')).dependencies ?? {}
  /** @type {Record<string, string>} */
  const found = { ironloop: read(path.join(root, '..', 'package.json')).version }
  for (const [contender, { peer }] of Object.entries(scenario.contenders)) {
    const name = peer ?? contender.split(' ')[0]
    if (!(name in known) && peer === undefined) continue
    const manifest = path.join(root, 'node_modules', name, 'package.json')
    if (!existsSync(manifest)) {
      throw new UsageError(`${scenario.name} is measured against ${name}, which is missing: npm install --prefix bench`)
    }
    found[name] = read(manifest).version
  }
  return found
}

/**
 * Where a result was made. Nothing that names the machine or its owner.
 * @param {Record<string, string>} facts of the process that measured
 * @param {Record<string, string>} packages
 */
function machine(facts, packages) {
  const cpus = os.cpus()
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.platform()} ${os.arch()}`,
    release: os.release().split(/[-+]/)[0],
    ...facts,
    packages,
  }
}

module.exports = { linkSelf, versions, machine }
