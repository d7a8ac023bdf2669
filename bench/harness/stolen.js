'use strict'

// What a hypervisor gives to others while something is measured: on a rented machine the first reason why figures of the
// same code differ. Linux counts it.

const { readFileSync } = require('node:fs')

/** The fields of the first line of /proc/stat, in the kernel's order. */
const [IDLE, IOWAIT, STEAL, GUEST] = [3, 4, 7, 8]

/**
 * Begins to count. The function that it returns tells what part of the processor time that was wanted since then was not
 * given, 0 to 1; undefined where nobody counts it.
 */
function stolenSince(read = readStat) {
  const before = read()
  return () => {
    const after = read()
    if (before === undefined || after === undefined) return undefined
    const spent = after.map((ticks, at) => ticks - before[at])
    const wanted = spent.slice(0, GUEST).filter((_, at) => at !== IDLE && at !== IOWAIT)
    const all = wanted.reduce((sum, ticks) => sum + ticks, 0)
    return all === 0 ? 0 : spent[STEAL] / all
  }
}

function readStat() {
  try {
    const [line] = readFileSync('/proc/stat', 'utf8').split('\n', 1)
    return line.split(/\s+/).slice(1).map(Number)
  } catch {
    return undefined // not Linux
  }
}

/** From here on it is said beside the figures. */
const TELLING = 0.02

/**
 * A sentence about it, where there is something to say.
 * @param {number | undefined} share
 */
function stolenText(share) {
  if (share === undefined || share < TELLING) return undefined
  return `the host gave ${Math.round(share * 100)} % of the processor time to others`
}

module.exports = { stolenSince, stolenText }
