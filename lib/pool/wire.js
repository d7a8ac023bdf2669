'use strict'

// The records that cross between this module and crates/core/src/pool/wire.rs; see there for their words.

const SUBMITTED_HEADER = 32
/** Of a claimed task, a report, a completion. */
const RECORD_HEADER = 16

/**
 * From ITEMS on only the worker looks at them: a task that yields items, a payload that carries context behind it, a
 * payload of which large bytes go by the port.
 */
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
  ATTACHED: 1024,
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
  KIND: 0xff,
  PORTED: 0x100,
  ATTACHED: 0x200,
}
/** States on a worker's board, where the counts of taken items begin, and which word says what of its page is whole. */
const board = { CLAIMED: 1, STARTED: 2, STARTED_CANCELLED: 4, TAKEN: 256, PUBLISHED: 512 }

/** Items of one task that are on their way or wait for their consumer. */
const ITEMS_AHEAD = 16

/** What `turn` returns for a seat that gets no more tasks. */
const CLOSED = -1
/** The run time of a report that was not measured on its own. */
const UNTIMED = 0xffffffff

/** An arena of this size is handed over without waiting for more. */
const ARENA_BYTES = 64 * 1024

/** Bytes of this length and longer go by the port: copied once, where the arenas copy them six times. */
const ATTACH_FROM = 64 * 1024

/** @param {number} length */
function padded(length) {
  return (length + 7) & ~7
}

module.exports = {
  ARENA_BYTES,
  ATTACH_FROM,
  CLOSED,
  ITEMS_AHEAD,
  RECORD_HEADER,
  SUBMITTED_HEADER,
  UNTIMED,
  board,
  flags,
  padded,
  status,
}
