'use strict'

// What a record of the rings is: its kind, with flags beside it. src/ring/calls.rs knows ASCII, and nothing else of it.

/** A message as JSON. */
const JSON_TEXT = 1
/** A message as `lib/internal/values` captures it. */
const CAPTURED = 2
/** Bytes of sendBinary(). */
const BINARY = 3
/** A list of keys that captured messages after it refer to by its number, which counts up from 0. */
const SHAPE = 4
const KIND = 255

/** Each byte of the text is a character. */
const ASCII = 256
/** The next record goes on with this one. */
const MORE = 512

/** Bytes of the longest record. */
const MOST_BYTES = 256 * 1024
/** Bytes of a piece of what is longer: several fit into a ring. */
const PIECE_BYTES = 128 * 1024
/** Characters that are no longer than a record in UTF-8. */
const MOST_CHARACTERS = 85_000
/** Bytes of the longest message: what no string could hold was never JSON. */
const MOST_MESSAGE_BYTES = 2 ** 29 - 1
/** As many as one process interns. */
const MOST_SHAPES = 4096

module.exports = {
  ASCII,
  BINARY,
  CAPTURED,
  JSON_TEXT,
  KIND,
  MORE,
  MOST_BYTES,
  MOST_CHARACTERS,
  MOST_MESSAGE_BYTES,
  MOST_SHAPES,
  PIECE_BYTES,
  SHAPE,
}
