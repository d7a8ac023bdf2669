'use strict'

const { extname } = require('node:path')

const JAVASCRIPT = new Set(['.js', '.cjs', '.mjs'])

/** The tree's own files, as against installed packages. @param {string} path */
const isOwn = (path) => !path.startsWith('node_modules/') && !path.includes('/node_modules/')

/** @param {string} path */
const isJavaScript = (path) => JAVASCRIPT.has(extensionOf(path))

/** @param {string} path */
const extensionOf = (path) => extname(path).toLowerCase()

module.exports = { extensionOf, isJavaScript, isOwn }
