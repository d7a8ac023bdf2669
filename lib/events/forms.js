'use strict'

// How messages stand in an arena, on both ways: crates/core/src/bus/batch.rs has the format.
//
//   runs   { topic u32, form u32, count u32, sequence u32, body bytes u32, text units u32, body }*
//   text   the characters of all strings in them, latin1 or UTF-16
//
// Messages that follow each other on one topic, in one form, are a run. All strings of a batch travel as one text, of
// which the receiver's strings are substrings: one call into Node for each side and batch, instead of one per string.

module.exports = {
  /** Bytes of a run's header. */
  RUN_HEADER: 24,
  /** What a queue counts for a message beside its bytes. */
  RECORD_COST: 16,
  /** Stands in a run whose topic travels by name: length u16 and UTF-8, before everything else in the body. */
  INLINE_TOPIC: 0xffffffff,
  /** No value begins with this byte. What says who asked stands first, for it has to be known where a value is unreadable. */
  HEADED: 255,
  /** A run's topic from here on is the number of the one subscription that gets it, plus this. */
  TO_SUBSCRIPTION: 0x80000000,

  // Forms, and their bodies:
  /** { length u32, text units u32, captured value }*, or of the value HEADED, id, where the answer goes, value, context? */
  RECORDS: 0,
  /** f64* */
  NUMBERS: 1,
  /** { text units u32 }* */
  TEXTS: 2,
  /** { length u32, bytes }*: Buffers */
  BYTES: 3,
  /** { length u32, ticket u32 }*: Buffers that travel beside the arena */
  LARGE: 4,
  /** As RECORDS; of the value only who has sent it by a port, and its number there (ports.js) */
  PORTED: 5,
}
