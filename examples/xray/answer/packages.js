'use strict'

const { groupBy, sortBy } = require('./order.js')

/** @typedef {import('../tree/tally').Tally['manifests'][0]} Installed */

const directoryOf = (/** @type {string} */ path) => path.slice(0, path.lastIndexOf('/'))

/** The newest first. @param {{ version: string }} one @returns {import('./order').Keys} */
function byVersionNumber({ version }) {
  const [major, minor, patch] = version.split(/[.+-]/, 3).map((part) => Number.parseInt(part, 10) || 0)
  return [major ?? 0, minor ?? 0, patch ?? 0, version]
}

/**
 * Packages that are installed in several versions, with who asks for each of them.
 * @param {Installed[]} installed
 * @param {Map<string, Set<string>>} dependants by "name@version", from npm ls
 */
function describePackages(installed, dependants) {
  const several = []
  const byName = groupBy(installed, ({ name }) => name)
  for (const [name, all] of byName) {
    const byVersion = groupBy(all, ({ version }) => version)
    if (byVersion.size < 2) continue
    const versions = [...byVersion].map(([version, places]) => ({
      version,
      places: places.map(({ path }) => directoryOf(path)).sort(),
      wantedBy: [...(dependants.get(`${name}@${version}`) ?? [])].sort(),
    }))
    several.push({ name, versions: sortBy(versions, byVersionNumber) })
  }
  const most = sortBy(several, ({ name, versions }) => [versions.length, name])
  return { installed: installed.length, names: byName.size, several: most }
}

/**
 * Packages whose installation runs a program.
 * @param {Installed[]} installed
 */
function describeInstallScripts(installed) {
  const running = installed
    .filter(({ scripts }) => Object.keys(scripts).length > 0)
    .map(({ name, version, path, scripts }) => ({ name, version, path: directoryOf(path), scripts }))
  return sortBy(running, ({ name, version, path }) => [name, version, path])
}

module.exports = { describeInstallScripts, describePackages }
