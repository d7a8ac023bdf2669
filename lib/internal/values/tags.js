'use strict'

// The format of a captured value: one tag byte, then the payload that the tag names. Little-endian, unaligned, never
// stored or sent to another process: writer and reader are always the same version of this file.
//
//   length      u8, or 255 and a u32
//   GRAPH       before a value in which some object occurs twice: the reader then numbers objects as the writer did
//   REF         length: the object of that number, in the order in which objects began
//   SHAPED      u16 shape, one value per key of the shape (shapes.js)
//   KEYED       length n, n values, n strings: an object whose keys are no interned shape
//   ARRAY       length n, n values: dense, without other properties
//   SPARSE      length n, count, then (key, value) pairs: holes, or properties beside the elements
//   TEXT8/16    length, then the characters as latin1 or UTF-16 (lone surrogates survive)
//   ATTACHED    a BUFFER, VIEW or ARRAY_BUFFER tag with what follows it, then length: its bytes are the attachment of that
//               index, which travels beside the arena
//   SHARED_TEXT length: the next characters of the text that the writer's batch carries beside its bytes

module.exports = {
  UNDEFINED: 0,
  NULL: 1,
  TRUE: 2,
  FALSE: 3,
  INT8: 4,
  INT32: 5,
  DOUBLE: 6,
  TEXT8: 7,
  TEXT16: 8,
  SHARED_TEXT: 9,
  BIGINT: 10,
  BUFFER: 11,
  VIEW: 12,
  ARRAY_BUFFER: 13,
  SHAPED: 14,
  KEYED: 15,
  ARRAY: 16,
  SPARSE: 17,
  MAP: 18,
  SET: 19,
  DATE: 20,
  REGEXP: 21,
  ERROR: 22,
  DOM_EXCEPTION: 23,
  BOXED: 24,
  REF: 25,
  GRAPH: 26,
  ATTACHED: 27,
}
