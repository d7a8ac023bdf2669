'use strict'

// The records that cross between this module and crates/core/src/pool/wire.rs; see there for their words.

const SUBMITTED_HEADER = 32
const CLAIMED_HEADER = 16
const REPORT_HEADER = 16

/** From ITEMS on only the worker looks at them: a task that yields items, a payload that carries context behind it. */
const flags = {
  CANCELLABLE: 1,
  EXCLUSIVE: 2,
  TIMED: 4,
  PORTED: 8,
  PINNED: 16,
  AFFINE: 32,
  HELD: 64,
  ITEMS: 256,
  CONTEXT: 512,
}
const status = {
  OK: 0,
  THREW: 1,
  PROGRESS: 2,
  TIMED_OUT: 3,
  VOID: 4,
  WANT: 5,
  READY: 6,
  LEAVING: 7,
  ITEM: 8,
  PORTED: 0x100,
}
/** Words of a worker's board, and where the counts of taken items begin. */
const board = { CLAIMED: 1, STARTED: 2, STARTED_CANCELLED: 4, TAKEN: 256 }

/** Items of one task that are on their way or wait for their consumer. */
const ITEMS_AHEAD = 16

/** What `turn` returns for a seat that gets no more tasks. */
const CLOSED = -1
/** The run time of a report that was not measured on its own. */
const UNTIMED = 0xffffffff

/** An arena of this size is handed over without waiting for more. */
const ARENA_BYTES = 64 * 1024

/** @param {number} length */
function padded(length) {
  return (length + 7) & ~7
}

module.exports = {
  ARENA_BYTES,
  CLAIMED_HEADER,
  CLOSED,
  ITEMS_AHEAD,
  REPORT_HEADER,
  SUBMITTED_HEADER,
  UNTIMED,
  board,
  flags,
  padded,
  status,
}
