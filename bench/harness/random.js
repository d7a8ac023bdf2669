'use strict'

// Repeatable pseudo-random input (mulberry32, Tommy Ettinger, public domain), so that every contender and every run
// meets the same data.

/**
 * @param {number} seed
 * @returns {() => number} numbers in [0, 1)
 */
function random(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * @param {number} length
 * @param {number} seed
 * @param {string} [alphabet] bytes to choose from; all 256 without it
 */
function randomBytes(length, seed, alphabet) {
  const next = random(seed)
  const bytes = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; at++) {
    bytes[at] = alphabet ? alphabet.charCodeAt((next() * alphabet.length) | 0) : next() * 256
  }
  return bytes
}

module.exports = { random, randomBytes }
