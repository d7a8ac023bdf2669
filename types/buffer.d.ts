/**
 * Native byte work: many patterns at once, line offsets, counts, hashes.
 *
 * What Node does as fast (`indexOf` of one byte, base64, ASCII and Latin-1 strings, compare, fill, copy) is not here:
 * use `node:buffer`. docs/benchmarks.md shows the rows.
 *
 * **Bytes** are any view: Buffer, Uint8Array, another typed array or a DataView, at any alignment, of any size that
 * Node can allocate; a typed array of wider elements stands for its memory. Offsets are byte offsets into the view.
 * A detached view, or one that its resizable buffer has shrunk away from, has length 0, as everywhere in Node.
 * A view on a `SharedArrayBuffer` is copied first, since other threads may write to it meanwhile; as an output it is
 * refused (`ERR_INVALID_ARG_VALUE`).
 *
 * @example
 * const { MultiFinder, newlineOffsets, xxh3 } = require('ironloop/buffer')
 *
 * const finder = new MultiFinder(['AKIA', 'ghp_', '-----BEGIN'])
 * const { count, patternIds, starts } = finder.findAll(file)
 * const lines = newlineOffsets(file)
 * const key = xxh3(file, { bits: 128 }) // equal for identical files
 */

/** Any view on bytes: Buffer, a typed array, or a DataView. */
export type Bytes = NodeJS.ArrayBufferView

/**
 * Which of several matches that overlap is reported.
 * - `'leftmost-first'`: the leftmost; of those that start there, the pattern that was given first, as in a RegExp's
 *   alternation.
 * - `'leftmost-longest'`: the leftmost; of those that start there, the longest.
 * - `'overlapping'`: all of them.
 */
export type MatchKind = 'leftmost-first' | 'leftmost-longest' | 'overlapping'

export interface MultiFinderOptions {
  /** Default: `'leftmost-first'`. */
  kind?: MatchKind | undefined
  /** Whether ASCII letters match in either case; other characters match exactly. Default: `false`. */
  caseInsensitive?: boolean | undefined
}

/**
 * The matches of one search, as columns: match `i` is pattern `patternIds[i]` at `starts[i]` up to, not including,
 * `ends[i]`. They are in the order of `starts`; for `'overlapping'` in the order of `ends`. Offsets are in a
 * Float64Array for bytes of 4 GiB and more, else in a Uint32Array.
 */
export interface Matches {
  count: number
  /** Indices into the patterns that the finder was made from. */
  patternIds: Uint32Array<ArrayBuffer>
  starts: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
  ends: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
}

/**
 * Finds many patterns in one pass over the bytes.
 *
 * Compile once and search often: making one takes microseconds for a few patterns and milliseconds for thousands. Its
 * native memory is released when the object is collected. It belongs to its thread; each worker makes its own.
 *
 * Throws `ERR_INVALID_ARG_TYPE` and `ERR_INVALID_ARG_VALUE` for patterns that are not strings or bytes, or empty, and
 * `ERR_OUT_OF_RANGE` for more patterns than one automaton can hold.
 *
 * @example
 * const finder = new MultiFinder(['eval(', 'new Function'], { kind: 'leftmost-longest' })
 * const { count, patternIds, starts, ends } = finder.findAll(bytes)
 * for (let i = 0; i < count; i++) console.log(patternIds[i], bytes.toString('utf8', starts[i], ends[i]))
 */
export class MultiFinder {
  /**
   * @param patterns strings (their UTF-8 bytes) or bytes, none of them empty; with no pattern, nothing is ever found
   */
  constructor(patterns: readonly (string | Bytes)[], options?: MultiFinderOptions)

  readonly kind: MatchKind

  /** How many patterns it has. */
  readonly size: number

  /** All matches. */
  findAll(bytes: Bytes): Matches

  /** Whether there is any match; stops at the first. */
  test(bytes: Bytes): boolean

  /**
   * A new Buffer in which each match is replaced. Throws `ERR_INVALID_ARG_VALUE` if the kind is `'overlapping'`.
   * @param replacement one string or bytes for all patterns, an array with one for each pattern, or a function that
   *   is called for each match, in order, and returns a string or bytes. Strings stand for their UTF-8 bytes.
   */
  replaceAll(
    bytes: Bytes,
    replacement:
      | string
      | Bytes
      | readonly (string | Bytes)[]
      | ((match: { patternId: number; start: number; end: number }) => string | Bytes)
  ): Buffer
}

/** How often a byte value occurs. `byte` is an integer from 0 to 255, else `ERR_OUT_OF_RANGE` is thrown. */
export function countByte(bytes: Bytes, byte: number): number

/**
 * The offsets of all line feeds (0x0A), in order: in a new Uint32Array (a Float64Array for bytes of 4 GiB and more), or
 * in `out`, of which the filled part is returned as a subarray.
 *
 * @param out where to write instead. Throws `ERR_OUT_OF_RANGE`, naming the length that is needed, if it is too short
 *   (then it has been filled with the first offsets), and `ERR_INVALID_ARG_VALUE` if it overlaps `bytes`.
 *
 * @example
 * const offsets = newlineOffsets(file)
 * const line = (n) => file.subarray(n === 0 ? 0 : offsets[n - 1] + 1, offsets[n])
 */
export function newlineOffsets(bytes: Bytes): Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
export function newlineOffsets<Offsets extends Uint32Array | Float64Array>(bytes: Bytes, out: Offsets): Offsets

/**
 * CRC-32 as in zlib, gzip and PNG; the same as `zlib.crc32()` of newer Node versions.
 * @param data bytes, or a string, which stands for its UTF-8 bytes
 * @param value the checksum of what came before, from 0 to 2^32 - 1. Default: `0`.
 */
export function crc32(data: string | Bytes, value?: number): number

/** CRC-32C (Castagnoli) as in iSCSI, ext4 and Snappy's framing. The parameters are those of {@link crc32}. */
export function crc32c(data: string | Bytes, value?: number): number

/** How a digest is returned: as a string, or, for `'buffer'`, as a Buffer. */
export type OutputEncoding = 'hex' | 'base64' | 'base64url' | 'latin1' | 'buffer'

export interface Xxh64Options {
  /** From 0 to 2^64 - 1; a number must be a safe integer. Default: `0`. */
  seed?: number | bigint | undefined
  /** Default: `'bigint'`. All others show the big-endian bytes, as `xxhsum` prints them. */
  outputEncoding?: 'bigint' | OutputEncoding | undefined
}

export interface Xxh3Options extends Xxh64Options {
  /** The width of the hash. Default: `64`. */
  bits?: 64 | 128 | undefined
}

/** `bigint` unless another encoding is asked for. */
export type XxhOutput<Encoding> = Encoding extends 'buffer' ? Buffer : Encoding extends OutputEncoding ? string : bigint

type EncodingOf<Options> = Options extends { outputEncoding: infer Encoding } ? Encoding : undefined

/**
 * XXH3: the fastest hash here, for content that nobody forges (cache keys, identical files). Not cryptographic.
 *
 * Throws `ERR_OUT_OF_RANGE` for a seed out of range and `ERR_INVALID_ARG_VALUE` for other widths or encodings.
 * @param data bytes, or a string, which stands for its UTF-8 bytes
 */
export function xxh3<const Options extends Xxh3Options>(
  data: string | Bytes,
  options?: Options
): XxhOutput<EncodingOf<Options>>

/** XXH64: the older 64-bit hash, for formats that ask for it (LZ4 and zstd frames). As {@link xxh3} otherwise. */
export function xxh64<const Options extends Xxh64Options>(
  data: string | Bytes,
  options?: Options
): XxhOutput<EncodingOf<Options>>

export interface Blake3Options {
  /** Default: `'hex'`, as in `crypto.hash()`. */
  outputEncoding?: OutputEncoding | undefined
  /** Bytes of output, from 1 to 2^20. Default: `32`. */
  outputLength?: number | undefined
}

/** `string` unless a Buffer is asked for. */
export type Blake3Output<Encoding> = Encoding extends 'buffer' ? Buffer : string

/**
 * BLAKE3: a cryptographic hash, several times faster than SHA-256.
 *
 * Throws `ERR_OUT_OF_RANGE` for an output length out of range and `ERR_INVALID_ARG_VALUE` for other encodings.
 * @param data bytes, or a string, which stands for its UTF-8 bytes
 */
export function blake3<const Options extends Blake3Options>(
  data: string | Bytes,
  options?: Options
): Blake3Output<EncodingOf<Options>>

/**
 * The same, off this thread: the input is copied when the function is called, so it may be changed at once, and the
 * work runs on the CPU threads. Worth it from about 100 KB on; below, the synchronous form is done sooner than the copy
 * is handed over. Bad arguments reject.
 */
export namespace promises {
  function xxh3<const Options extends Xxh3Options>(
    data: string | Bytes,
    options?: Options
  ): Promise<XxhOutput<EncodingOf<Options>>>

  function blake3<const Options extends Blake3Options>(
    data: string | Bytes,
    options?: Options
  ): Promise<Blake3Output<EncodingOf<Options>>>
}
