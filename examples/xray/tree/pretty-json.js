'use strict'

// Reads JSON that was printed with one value per line (as npm and JSON.stringify with an indent do), line by line while
// it is printed, so that no large text is ever held or parsed in one go.

const LINE = /^\s*(?:("(?:[^"\\]|\\.)*"): )?(.*?),?$/

class PrettyJsonReader {
  /** @param {{ open?(path: string[]): void, leaf(path: string[], key: string, value: unknown): void, close?(path: string[]): void }} handler */
  constructor(handler) {
    this.handler = handler
    /** @type {string[]} */
    this.path = []
    this.valid = true
  }

  /** @param {string} line */
  feed(line) {
    const match = LINE.exec(line)
    if (!match || line.trim() === '') return
    const key = match[1] === undefined ? '' : JSON.parse(match[1])
    const text = match[2]
    if (text === '{' || text === '[') {
      this.path.push(key)
      this.handler.open?.(this.path)
    } else if (text === '}' || text === ']') {
      this.handler.close?.(this.path)
      this.path.pop()
    } else this.leaf(key, text)
  }

  /** @param {string} key @param {string} text */
  leaf(key, text) {
    try {
      this.handler.leaf(this.path, key, JSON.parse(text))
    } catch {
      this.valid = false
    }
  }
}

module.exports = { PrettyJsonReader }
