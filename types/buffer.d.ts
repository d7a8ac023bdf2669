/**
 * Native byte work: search, lines, strict text, hashes, compression.
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

  /** Finds the same in a stream of chunks, also across their borders. */
  stream(): MatchStream

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

/** As {@link Matches}, with offsets in the stream. */
export interface StreamMatches extends Matches {
  starts: Float64Array<ArrayBuffer>
  ends: Float64Array<ArrayBuffer>
}

/** What `finder.stream()` gives: the matches of all chunks together are those of the whole. */
export interface MatchStream {
  /** The matches that nothing after this chunk can change. The chunk may be reused afterwards. */
  push(chunk: Bytes): StreamMatches

  /** Ends the stream: the matches that only more bytes could have changed. It begins anew then. */
  flush(): StreamMatches
}

/**
 * Finds one needle, in time linear in the bytes for any needle. For few bytes, and for needles of one byte, it is
 * Node's own `indexOf`, which is as quick there.
 *
 * Throws `ERR_INVALID_ARG_TYPE` for a needle that is no string or bytes, `ERR_INVALID_ARG_VALUE` for an empty one.
 *
 * @example
 * const boundary = new Finder('\r\n--frontier')
 * const at = boundary.find(body)
 */
export class Finder {
  /** @param needle a string stands for its UTF-8 bytes; bytes are copied */
  constructor(needle: string | Bytes)

  /** How many bytes the needle has. */
  readonly needleLength: number

  /**
   * The offset of the first match that starts at `from` or later, or -1.
   * @param from an integer from 0 on, else `ERR_OUT_OF_RANGE` is thrown. Default: `0`.
   */
  find(bytes: Bytes, from?: number): number

  /**
   * The offset of the last match that starts at `from` or earlier, or -1.
   * @param from an integer from 0 on, else `ERR_OUT_OF_RANGE` is thrown. Default: the end.
   */
  lastIndexOf(bytes: Bytes, from?: number): number

  /** The offsets of all matches that do not overlap, from the left; a Float64Array for bytes of 4 GiB and more. */
  findAll(bytes: Bytes): Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
}

/** What pieces are delivered as: strings, or Buffers (slices of the chunk, where they lie in one). */
export type PieceEncoding = 'utf8' | 'latin1' | 'buffer'

export interface SplitterOptions<Encoding extends PieceEncoding = PieceEncoding> {
  /** Default: `'utf8'`. */
  encoding?: Encoding | undefined
  /**
   * The most bytes that a piece may have, delimiter not counted, the carriage return of a line's end counted. Beyond it
   * `push()` throws `ERR_BUFFER_PIECE_TOO_LONG`: the chunk is refused, with all of its pieces, what was kept of earlier
   * ones is dropped, and the next chunk begins a new piece. `lines()` of ironloop/stream hands over what came before.
   * Default: the length of Node's longest string.
   */
  maxLengthBytes?: number | undefined
}

/**
 * Cuts a stream of chunks into the pieces between delimiters, which may lie across the borders of chunks.
 *
 * Strings are slices of texts of some 16 KB and keep these in memory as long as one of them lives; copy what is kept
 * for long.
 *
 * @example
 * const splitter = new DelimiterSplitter('\0')
 * for await (const chunk of stream) for (const piece of splitter.push(chunk)) use(piece)
 * for (const piece of splitter.flush()) use(piece)
 */
export class DelimiterSplitter<Encoding extends PieceEncoding = 'utf8'> {
  /** @param delimiter not empty; a string stands for its UTF-8 bytes */
  constructor(delimiter: string | Bytes, options?: SplitterOptions<Encoding>)

  /**
   * The pieces that end in this chunk, without their delimiters. The chunk may be reused afterwards, unless the encoding
   * is `'buffer'`.
   */
  push(chunk: Bytes): (Encoding extends 'buffer' ? Buffer : string)[]

  /** What came after the last delimiter: one piece, or none. The splitter is as new then. */
  flush(): (Encoding extends 'buffer' ? Buffer : string)[]
}

/** A {@link DelimiterSplitter} of lines, which end with a line feed; a carriage return before it is cut off. */
export class LineSplitter<Encoding extends PieceEncoding = 'utf8'> extends DelimiterSplitter<Encoding> {
  constructor(options?: SplitterOptions<Encoding>)
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
  /** 32 bytes that make it a keyed hash (a MAC). Default: none. */
  key?: Bytes | undefined
  /** What the output is for: it becomes a key, derived from the data in this context. Not with `key`. Default: none. */
  context?: string | undefined
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

/** What {@link createHash} knows. */
export type HashAlgorithm = 'blake3' | 'crc32' | 'crc32c' | 'xxh3' | 'xxh64'

/** A hash over several pieces. `digest()` ends it: whatever follows throws `ERR_CRYPTO_HASH_FINALIZED`. */
export interface Hash {
  /** Takes more bytes; a string stands for its UTF-8 bytes. */
  update(data: string | Bytes): this
  /** The digest of all pieces; numbers as their big-endian bytes. Default encoding: `'buffer'`, as in Node. */
  digest(outputEncoding?: 'buffer'): Buffer
  digest(outputEncoding: 'bigint'): bigint
  digest(outputEncoding: Exclude<OutputEncoding, 'buffer'>): string
  /** Another hash in the same state: to go on where this one ends. */
  copy(): Hash
}

/**
 * A hash over several pieces, as `crypto.createHash()`.
 *
 * Throws `ERR_INVALID_ARG_VALUE` for algorithms that are not here.
 * @param options those of the function of that name, but `outputEncoding`; the checksums have none
 *
 * @example
 * const hash = createHash('blake3')
 * for await (const chunk of stream) hash.update(chunk)
 * console.log(hash.digest('hex'))
 */
export function createHash(algorithm: 'blake3', options?: Blake3Options): Hash
export function createHash(algorithm: 'xxh3', options?: Xxh3Options): Hash
export function createHash(algorithm: 'xxh64', options?: Xxh64Options): Hash
export function createHash(algorithm: 'crc32' | 'crc32c'): Hash

export interface StrictOptions {
  /**
   * Whether input that is not of the encoding throws `ERR_ENCODING_INVALID_ENCODED_DATA`, with the `offset` of what is
   * not valid. Default: `false`: the result is exactly Node's.
   */
  strict?: boolean | undefined
}

/**
 * The string that bytes are in UTF-8. By default exactly `buf.toString('utf8', start, end)`, which is as quick since
 * Node 24; with `strict`, bytes that are no UTF-8 throw with their offset, instead of becoming U+FFFD.
 *
 * Throws `ERR_OUT_OF_RANGE` for offsets outside the bytes, `ERR_STRING_TOO_LONG` for more than a string can hold.
 * @param start Default: `0`.
 * @param end Default: the end of the bytes.
 */
export function decodeUtf8(bytes: Bytes, start?: number, end?: number, options?: StrictOptions): string

/** What text is transcoded from and to; upper case and Node's aliases are taken, too. */
export type TextEncoding = 'utf8' | 'utf-8' | 'utf16le' | 'utf-16le' | 'ucs2' | 'ucs-2' | 'latin1' | 'binary' | 'ascii'

/**
 * Text in another encoding, as `buffer.transcode()` gives it: what the other encoding does not have becomes `?`. Latin-1
 * to UTF-8 is native; the other pairs are Node's.
 *
 * Throws `ERR_UNKNOWN_ENCODING`.
 */
export function transcode(source: Bytes, from: TextEncoding, to: TextEncoding): Buffer

/**
 * The same, written to the start of `target`; returns how many bytes were written. Throws `ERR_OUT_OF_RANGE`, naming the
 * length that is needed, if `target` is too short (its content is not defined then).
 */
export function transcodeInto(source: Bytes, target: Bytes, from: TextEncoding, to: TextEncoding): number

/**
 * Writes two lower-case hexadecimal digits for each byte to `target`; returns how many were written. Throws
 * `ERR_OUT_OF_RANGE` if they do not fit.
 * @param targetOffset Default: `0`.
 */
export function toHex(bytes: Bytes, target: Bytes, targetOffset?: number): number

/**
 * Writes the bytes that hexadecimal digits stand for to `target`, as many as fit; returns how many were written. As
 * `Buffer.from(digits, 'hex')` it stops at the first pair that is none; with `strict` that throws, and so does a target
 * that is too short (`ERR_OUT_OF_RANGE`).
 * @param digits a string, or the characters' bytes
 * @param targetOffset Default: `0`.
 */
export function fromHex(digits: string | Bytes, target: Bytes, targetOffset?: number, options?: StrictOptions): number

/**
 * Masks a WebSocket frame's payload (RFC 6455), as `bufferutil.mask()` does: `output[offset + i] = source[i] ^
 * mask[i % 4]` for `i` below `length`. Source and output may overlap.
 *
 * Throws `ERR_OUT_OF_RANGE` where bufferutil would read or write beyond the memory.
 */
export function mask(source: Bytes, mask: Bytes, output: Bytes, offset: number, length: number): void

/** Unmasks a payload in place, as `bufferutil.unmask()` does. */
export function unmask(buffer: Bytes, mask: Bytes): void

export interface CompressOptions {
  /** From 0 (stored) to 12 (smallest, slow); -1 is the default. 1 to 9 compress about as zlib's. Default: `6`. */
  level?: number | undefined
}

export interface DecompressOptions {
  /** The most bytes of output; more throws `ERR_BUFFER_TOO_LARGE`. Default: `268435456` (256 MiB). */
  maxOutput?: number | undefined
}

/**
 * gzip of the whole data, by libdeflate: as valid as zlib's, not the same bytes. A string stands for its UTF-8 bytes.
 *
 * Throws `ERR_OUT_OF_RANGE` for a level that does not exist.
 */
export function gzip(data: string | Bytes, options?: CompressOptions): Buffer
/** The same in zlib's format. */
export function deflate(data: string | Bytes, options?: CompressOptions): Buffer
/** The same without header and checksum. */
export function deflateRaw(data: string | Bytes, options?: CompressOptions): Buffer

/**
 * The content of a gzip file, of all its members.
 *
 * Throws `ERR_BUFFER_TOO_LARGE` for more than `maxOutput`; what is broken or cut off throws Node's error
 * (`Z_DATA_ERROR`, `Z_BUF_ERROR`), in Node's words, because Node is asked then.
 */
export function gunzip(data: Bytes | string, options?: DecompressOptions): Buffer
/** The same for zlib's format. */
export function inflate(data: Bytes | string, options?: DecompressOptions): Buffer
/** The same for data without header and checksum. */
export function inflateRaw(data: Bytes | string, options?: DecompressOptions): Buffer

export interface GzipParallelOptions extends CompressOptions {
  /** How many bytes become one member of the file; an integer from 16,384 on. Default: `1048576`. */
  blockBytes?: number | undefined
}

/**
 * gzip on all CPU threads: the data is cut into blocks, each becomes a member of one file, which every gunzip
 * understands. A copy of the data is made when the function is called. Bad arguments reject.
 */
export function gzipParallel(data: string | Bytes, options?: GzipParallelOptions): Promise<Buffer>

/** LZ4: quick rather than small. Broken input throws `ERR_BUFFER_CORRUPT_DATA`. */
export namespace lz4 {
  /** A frame, as the `lz4` command writes it, with the content's length and checksum. */
  function compress(data: string | Bytes): Buffer
  /** The content of a frame, and of those that follow it. */
  function decompress(data: Bytes | string, options?: DecompressOptions): Buffer

  interface CompressBlockOptions {
    /** Whether the content's length stands before the block, as four bytes, the least first. Default: `true`. */
    prependSize?: boolean | undefined
  }
  /** A bare block, for formats that bring their own frame. */
  function compressBlock(data: string | Bytes, options?: CompressBlockOptions): Buffer

  interface DecompressBlockOptions extends DecompressOptions {
    /** The content's length, if it does not stand before the block. */
    length?: number | undefined
  }
  /** A block's content. */
  function decompressBlock(data: Bytes | string, options?: DecompressBlockOptions): Buffer
}

type Lz4CompressBlockOptions = lz4.CompressBlockOptions
type Lz4DecompressBlockOptions = lz4.DecompressBlockOptions

/** The number types of a struct: those of Buffer's read and write methods. */
export type NumberType =
  | 'uint8'
  | 'int8'
  | `${'uint' | 'int'}${16 | 24 | 32 | 40 | 48}${'le' | 'be'}`
  | `${'biguint' | 'bigint'}64${'le' | 'be'}`
  | `${'float' | 'double'}${'le' | 'be'}`

interface Placed {
  /** Where it starts in the record. Default: behind the field before. */
  offset?: number | undefined
}

/**
 * A field: a number type by name; a number, or an array of `count` of them; a text (without the NULs that fill it up) or
 * bytes, of a fixed length or of that in an unsigned field before; an unsigned integer's bits, from the highest down in
 * big-endian ones, else from the lowest up; or a struct, or an array of `count` structs.
 */
export type StructField =
  | NumberType
  | (Placed & { type: NumberType; count?: number | undefined })
  | (Placed & { type: 'utf8' | 'latin1' | 'ascii' | 'bytes'; length: number; count?: number | undefined })
  | { type: 'utf8' | 'latin1' | 'ascii' | 'bytes'; length: string }
  | (Placed & { type: NumberType; bits: { readonly [name: string]: number } })
  | (Placed & { fields: StructFields; size?: number | undefined; count?: number | undefined })

export interface StructFields {
  readonly [name: string]: StructField
}

export interface StructDescription<Fields extends StructFields = StructFields> {
  /** The bytes of a record. Default: up to the end of the last field. Not for records of variable length. */
  size?: number | undefined
  /** In the order of the record. */
  fields: Fields
}

type ColumnOf<Type> = Type extends 'uint8'
  ? Uint8Array<ArrayBuffer>
  : Type extends 'int8'
    ? Int8Array<ArrayBuffer>
    : Type extends `uint16${string}`
      ? Uint16Array<ArrayBuffer>
      : Type extends `int16${string}`
        ? Int16Array<ArrayBuffer>
        : Type extends `uint${24 | 32}${string}`
          ? Uint32Array<ArrayBuffer>
          : Type extends `int${24 | 32}${string}`
            ? Int32Array<ArrayBuffer>
            : Type extends `biguint${string}`
              ? BigUint64Array<ArrayBuffer>
              : Type extends `bigint${string}`
                ? BigInt64Array<ArrayBuffer>
                : Type extends `float${string}`
                  ? Float32Array<ArrayBuffer>
                  : Float64Array<ArrayBuffer>

type ColumnOfField<Field> = Field extends NumberType
  ? ColumnOf<Field>
  : Field extends { fields: infer Inner extends StructFields }
    ? Columns<Inner>
    : Field extends { bits: infer Bits }
      ? { -readonly [Name in keyof Bits]: Uint32Array<ArrayBuffer> }
      : Field extends { type: 'bytes' }
        ? Uint8Array<ArrayBuffer>
        : Field extends { type: infer Type extends NumberType }
          ? ColumnOf<Type>
          : string[]

/**
 * One array per field, with an element per record: numbers and bits in typed arrays, texts in arrays, bytes one after
 * the other in a Uint8Array. An array field has `count` elements per record; what is in a nested struct is in a nested
 * object.
 */
export type Columns<Fields extends StructFields> = { -readonly [Name in keyof Fields]: ColumnOfField<Fields[Name]> }

type ValueOf<Type> = Type extends `big${string}` ? bigint : number
type Counted<Field, Value> = Field extends { count: number } ? Value[] : Value

type ValueOfField<Field> = Field extends NumberType
  ? ValueOf<Field>
  : Field extends { fields: infer Inner extends StructFields }
    ? Counted<Field, StructRecord<Inner>>
    : Field extends { bits: infer Bits }
      ? { -readonly [Name in keyof Bits]: number }
      : Field extends { type: 'bytes' }
        ? Counted<Field, Buffer>
        : Field extends { type: infer Type extends NumberType }
          ? Counted<Field, ValueOf<Type>>
          : Counted<Field, string>

/** One record, as an object. */
export type StructRecord<Fields extends StructFields> = { -readonly [Name in keyof Fields]: ValueOfField<Fields[Name]> }

/**
 * A compiled description of binary records. `columns()` and packing of columns are native, and worth it from some hundred
 * records on; single records are read and written in JavaScript.
 */
export interface Struct<Fields extends StructFields> {
  /** The bytes of a record; undefined where records have parts of variable length. */
  readonly size: number | undefined

  /** The bytes of the record at `offset` (default 0), or -1 if the bytes end before it does. */
  recordSize(bytes: Bytes, offset?: number): number

  /** The record at `offset` (default 0). Throws `ERR_OUT_OF_RANGE` if the bytes end before it does. */
  read(bytes: Bytes, offset?: number): StructRecord<Fields>

  /**
   * Writes a record at `offset` (default 0) and returns the offset behind it. Throws `ERR_INVALID_ARG_TYPE` and
   * `ERR_OUT_OF_RANGE` for values that their fields cannot hold. Lengths of variable parts are those of the parts.
   */
  write(record: StructRecord<Fields> | object, bytes: Bytes, offset?: number): number

  /**
   * The first `count` records (default: as many as there are) as columns. Not for records of variable length.
   * @param reuse what an earlier call of this struct returned: its arrays are filled again and it is returned. It has room
   *   for as many records as that call read; what is behind `count` stays.
   */
  columns(bytes: Bytes, count?: number, reuse?: Columns<Fields>): Columns<Fields>

  /** The first `count` records (default: all whole ones) as objects. */
  unpack(bytes: Bytes, count?: number): StructRecord<Fields>[]

  /** The bytes of these records. */
  pack(records: readonly (StructRecord<Fields> | object)[]): Buffer
  /**
   * The bytes of records in columns. Bytes that no field covers are 0.
   * @param count of records. Default: of columns that `columns()` returned, as many as it read.
   */
  pack(columns: Columns<Fields>, count?: number): Buffer
}

/**
 * Compiles a description of binary records; no code is made from strings. Throws `ERR_INVALID_ARG_TYPE`,
 * `ERR_INVALID_ARG_VALUE` and `ERR_OUT_OF_RANGE` for descriptions that make no sense, and for more than 4,096 values in a
 * record.
 *
 * @example
 * const packet = compileStruct({
 *   size: 16,
 *   fields: { seconds: 'uint32le', micros: 'uint32le', captured: 'uint32le', length: 'uint32le' },
 * })
 * const { seconds, length } = packet.columns(bytes)
 */
export function compileStruct<const Fields extends StructFields>(description: StructDescription<Fields>): Struct<Fields>

type NumberReader = (offset?: number) => number
type BigIntReader = (offset?: number) => bigint

/**
 * Bytes in the chunks that they came in, as one sequence. Nothing is copied but what is asked for across the border of
 * two chunks; chunks are kept by reference, and must not be changed while they are in it, on shared memory neither.
 * Offsets count from the first byte that is not consumed.
 *
 * Offsets that are negative or no integers throw `ERR_OUT_OF_RANGE`, and so do numbers that are not wholly there.
 *
 * @example
 * queue.append(chunk)
 * while (queue.length >= 4 && queue.length >= 4 + queue.readUInt32BE()) {
 *   const size = queue.readUInt32BE()
 *   handle(queue.consume(4).shift(size))
 * }
 */
export class ByteQueue {
  constructor(...chunks: (string | Bytes)[])

  /** How many bytes it holds. */
  readonly length: number

  /** Adds a chunk at the end; a string stands for its UTF-8 bytes. */
  append(chunk: string | Bytes): this
  /** Drops bytes at the start, at most all. */
  consume(length: number): this
  /** The first bytes, at most all. */
  peek(length: number): Buffer
  /** The first bytes, at most all, which are consumed. */
  shift(length: number): Buffer
  /** The bytes from `start` (default 0) to `end` (default: all): in one chunk that memory itself, else a copy. */
  slice(start?: number, end?: number): Buffer
  /** Copies as much of the bytes from `start` to `end` as `target` has room for; returns how many bytes. */
  copy(target: Bytes, targetStart?: number, start?: number, end?: number): number
  /** One byte, or undefined behind the end. */
  get(offset: number): number | undefined
  /**
   * The offset of the first match from `from` (default 0) on, also across borders, or -1.
   * @param needle a byte's value, a string's UTF-8 bytes, bytes, or a Finder
   */
  indexOf(needle: number | string | Bytes | Finder, from?: number): number
  toString(encoding?: BufferEncoding, start?: number, end?: number): string

  readUInt8: NumberReader
  readInt8: NumberReader
  readUInt16LE: NumberReader
  readUInt16BE: NumberReader
  readInt16LE: NumberReader
  readInt16BE: NumberReader
  readUInt32LE: NumberReader
  readUInt32BE: NumberReader
  readInt32LE: NumberReader
  readInt32BE: NumberReader
  readFloatLE: NumberReader
  readFloatBE: NumberReader
  readDoubleLE: NumberReader
  readDoubleBE: NumberReader
  readBigUInt64LE: BigIntReader
  readBigUInt64BE: BigIntReader
  readBigInt64LE: BigIntReader
  readBigInt64BE: BigIntReader
}

/**
 * The same, off this thread, on the CPU threads. An input is copied when its turn comes, at most 1 MiB or one input in a
 * turn of the loop, so that many large ones neither block it nor stand in memory twice: leave it as it is until the
 * promise settles. What is done sooner than it would be handed over (small inputs) is done at once. Bad arguments reject,
 * and so does an input that was transferred or resized before its turn (`ERR_INVALID_STATE`).
 */
export namespace promises {
  function xxh3<const Options extends Xxh3Options>(
    data: string | Bytes,
    options?: Options
  ): Promise<XxhOutput<EncodingOf<Options>>>

  /** From 1 MiB on by all CPU threads. It takes neither key nor context. */
  function blake3<const Options extends Omit<Blake3Options, 'context' | 'key'>>(
    data: string | Bytes,
    options?: Options
  ): Promise<Blake3Output<EncodingOf<Options>>>

  /** SHA-256, for which Node has no asynchronous form. As {@link blake3} otherwise. */
  function sha256<const Options extends Pick<Blake3Options, 'outputEncoding'>>(
    data: string | Bytes,
    options?: Options
  ): Promise<Blake3Output<EncodingOf<Options>>>

  function gzip(data: string | Bytes, options?: CompressOptions): Promise<Buffer>
  function deflate(data: string | Bytes, options?: CompressOptions): Promise<Buffer>
  function deflateRaw(data: string | Bytes, options?: CompressOptions): Promise<Buffer>
  function gunzip(data: Bytes | string, options?: DecompressOptions): Promise<Buffer>
  function inflate(data: Bytes | string, options?: DecompressOptions): Promise<Buffer>
  function inflateRaw(data: Bytes | string, options?: DecompressOptions): Promise<Buffer>

  /** What the finder's own `findAll` returns. */
  function findAll(finder: Finder, bytes: Bytes): Promise<Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>
  function findAll(finder: MultiFinder, bytes: Bytes): Promise<Matches>

  export namespace lz4 {
    function compress(data: string | Bytes): Promise<Buffer>
    function decompress(data: Bytes | string, options?: DecompressOptions): Promise<Buffer>
    function compressBlock(data: string | Bytes, options?: Lz4CompressBlockOptions): Promise<Buffer>
    function decompressBlock(data: Bytes | string, options?: Lz4DecompressBlockOptions): Promise<Buffer>
  }
}
