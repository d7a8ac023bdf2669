'use strict'

// The records that cross between this module and crates/core/src/pool/wire.rs; see there for their words.

const SUBMITTED_HEADER = 24
const CLAIMED_HEADER = 16
const REPORT_HEADER = 16

const flags = { CANCELLABLE: 1, EXCLUSIVE: 2, TIMED: 4 }
const status = { OK: 0, THREW: 1, PROGRESS: 2, TIMED_OUT: 3, VOID: 4 }
/** Words of a worker's board. */
const board = { CLAIMED: 1, STARTED: 2, STARTED_CANCELLED: 4 }

/** What `turn` returns for a seat that gets no more tasks. */
const CLOSED = -1
/** The run time of a report that was not measured on its own. */
const UNTIMED = 0xffffffff

/** An arena of this size is handed over without waiting for more. */
const ARENA_BYTES = 64 * 1024

/** Where a new thread finds its place. Environment data leaves `workerData` to the user. */
const PLACE = 'ironloop:pool'

/** @param {number} length */
function padded(length) {
  return (length + 7) & ~7
}

module.exports = {
  ARENA_BYTES,
  CLAIMED_HEADER,
  CLOSED,
  PLACE,
  REPORT_HEADER,
  SUBMITTED_HEADER,
  UNTIMED,
  board,
  flags,
  padded,
  status,
}
