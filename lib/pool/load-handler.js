'use strict'

// Finds the function that runs tasks: a named or the default export of a CommonJS or ES module.

const fs = require('node:fs')
const path = require('node:path')

/**
 * @param {string} filename absolute, or a data: URL
 * @param {string} name
 * @returns {Promise<(task: any, context: any) => any>}
 */
async function loadHandler(filename, name) {
  const module = await loadModule(filename)
  const handler = await pick(module, name)
  if (typeof handler === 'function') return handler
  const { codes } = require('../internal/errors.js')
  throw new codes.ERR_POOL_HANDLER_MISSING(filename, name)
}

/** @param {string} filename */
function loadModule(filename) {
  if (filename.startsWith('data:')) return import(filename)
  if (!isCommonJs(filename)) return importFile(filename)
  try {
    return require(filename)
  } catch (error) {
    // Syntax that only a module has, in a package that does not say which it is.
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    const isModule = code === 'ERR_REQUIRE_ESM' || code === 'ERR_REQUIRE_ASYNC_MODULE'
    if (!isModule && !/Cannot use import statement|Unexpected token 'export'/.test(String(error))) throw error
    return importFile(filename)
  }
}

/** @param {string} filename */
function importFile(filename) {
  const { pathToFileURL } = require('node:url') // not loaded into threads that run CommonJS alone
  return import(pathToFileURL(filename).href)
}

/**
 * Whether require() is the loader for a file, by its extension or by its package, as Node decides.
 * @param {string} filename
 */
function isCommonJs(filename) {
  const extension = path.extname(filename)
  if (extension === '.cjs') return true
  if (extension !== '.js') return false
  for (let at = path.dirname(filename); ; at = path.dirname(at)) {
    const found = packageType(path.join(at, 'package.json'))
    if (found !== undefined) return found !== 'module'
    if (path.basename(at) === 'node_modules' || path.dirname(at) === at) return true
  }
}

/** @param {string} file */
function packageType(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).type ?? 'commonjs'
  } catch {
    // not there
  }
}

/**
 * @param {any} module
 * @param {string} name
 */
async function pick(module, name) {
  if (name === 'default') {
    if (typeof module === 'function') return module
    const chosen = await module?.default
    // CommonJS compiled from a module, imported by import()
    return typeof chosen === 'function' ? chosen : chosen?.default
  }
  return (await own(module, name)) ?? own(module?.default, name)
}

/**
 * An export, which nothing inherited is.
 * @param {any} exports
 * @param {string} name
 */
function own(exports, name) {
  return exports != null && Object.hasOwn(exports, name) ? exports[name] : undefined
}

module.exports = { loadHandler }
