'use strict'

const fs = require('node:fs')
const { fileURLToPath } = require('node:url')

const AROUND = 2
const WIDEST = 110

/**
 * The lines around a place, the place marked; undefined where there is no such file.
 * @param {string} file
 * @param {number} line
 */
function codeFrame(file, line) {
  try {
    const path = file.startsWith('file:') ? fileURLToPath(file) : file
    const lines = fs.readFileSync(path, 'utf8').split(/\r?\n/)
    const first = Math.max(1, line - AROUND)
    const shown = lines.slice(first - 1, line + AROUND)
    const digits = String(line + AROUND).length
    return shown.map((text, index) => {
      const number = first + index
      const mark = number === line ? '>' : ' '
      const visible = text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text
      return `${mark} ${String(number).padStart(digits)} | ${visible}`.trimEnd()
    })
  } catch {
    return undefined
  }
}

module.exports = { codeFrame }
