'use strict'

// What the package.json of an installed package says: its version, and whether installing it runs a program.

const INSTALLED = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall']

/** @typedef {{ name: string, version: string, scripts: Record<string, string> }} Manifest */

/** @param {string} path relative, with slashes */
const isPackageManifest = (path) => INSTALLED.test(path)

/** @param {string} path @param {string} text @returns {Manifest | undefined} */
function readManifest(path, text) {
  const json = parseObject(text)
  const directory = INSTALLED.exec(path)?.[1]
  if (!json || !directory || typeof json.version !== 'string') return undefined
  /** @type {Record<string, string>} */
  const scripts = {}
  for (const name of INSTALL_SCRIPTS) {
    const command = json.scripts?.[name]
    if (typeof command === 'string') scripts[name] = command
  }
  return { name: typeof json.name === 'string' ? json.name : directory, version: json.version, scripts }
}

/** @param {string} text @returns {Record<string, any> | undefined} */
function parseObject(text) {
  try {
    const json = JSON.parse(text)
    return json && typeof json === 'object' ? json : undefined
  } catch {
    return undefined
  }
}

module.exports = { isPackageManifest, readManifest }
