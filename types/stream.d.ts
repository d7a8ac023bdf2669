/**
 * Streams for protocols and files: lines, frames, searching, digests and compression as Transforms of `node:stream`.
 *
 * Each works with `pipeline`, `pipe`, async iteration and, through `Duplex.toWeb()`, with web streams. The cost is linear in
 * the bytes, however they are cut into chunks.
 *
 * @example
 * const { createReadStream } = require('node:fs')
 * const { lines } = require('ironloop/stream')
 *
 * let errors = 0
 * for await (const batch of createReadStream('app.log').pipe(lines())) {
 *   for (const line of batch) if (line.includes(' ERROR ')) errors++
 * }
 */
import type { Transform } from 'node:stream'
import type { MatchKind, MultiFinder, StreamMatches } from './buffer.js'

interface Abortable {
  /** Aborting it destroys the stream with an AbortError. */
  signal?: AbortSignal | undefined
}

/** A Transform whose readable side gives `Item`s. */
export interface TransformOf<Item> extends Transform {
  [Symbol.asyncIterator](): NodeJS.AsyncIterator<Item>
}

export type LineEncoding = 'utf8' | 'latin1' | 'buffer'

export interface LinesOptions<Item = string> extends Abortable {
  /**
   * `true`: an array for each chunk with all lines that end in it. A number: the same in arrays of at most so many. `false`:
   * line by line, as split2. Default: `true`.
   */
  batch?: boolean | number | undefined
  /** What lines are: strings decoded from UTF-8 or Latin-1, or Buffers. Default: `'utf8'`. */
  encoding?: LineEncoding | undefined
  /**
   * The longest line in bytes, without its line feed; a longer one destroys the stream with `ERR_STREAM_LINE_TOO_LONG`, after
   * the lines before it. Default: `16777216` (16 MiB).
   */
  maxLengthBytes?: number | undefined
  /**
   * What to make of a line, as split2's mapper; lines for which it returns `undefined` or `null` are left out. If it throws,
   * the stream is destroyed with that error. Default: the line itself.
   */
  map?: ((line: any) => Item) | undefined
}

type LineOf<Options> = Options extends { map: (line: any) => infer Item }
  ? NonNullable<Item>
  : Options extends { encoding: 'buffer' }
    ? Buffer
    : string

/**
 * Splits bytes into lines, which end with `\n` or `\r\n`; the last one need not.
 *
 * By default it gives arrays of lines, about ten times as quick as line by line. With `batch: false` it gives what
 * `split2()` does.
 */
export function lines<const Options extends LinesOptions<any>>(
  options?: Options
): TransformOf<Options extends { batch: false } ? LineOf<Options> : LineOf<Options>[]>

/** What makes messages of the bytes of one stream. */
export interface Decoder<Message> {
  /**
   * Appends the messages that end in this chunk. It may throw; messages that are appended by then count. The chunk may be
   * kept.
   */
  push(chunk: Buffer, messages: Message[]): void
  /** No more bytes come: appends what is left, or throws if that is no whole message. */
  end?(messages: Message[]): void
}

/** A protocol: how messages are told apart in a stream of bytes. `ironloop/net` has the usual ones. */
export interface Codec<Incoming, Outgoing = Incoming> {
  createDecoder(): Decoder<Incoming>
  /** A message's bytes, or several pieces of them. They belong to the caller: encode() does not change them later. */
  encode(message: Outgoing): Uint8Array | Uint8Array[]
}

export interface FramesOptions extends Abortable {
  /** As of {@link LinesOptions}, but by default `false`: message by message. */
  batch?: boolean | number | undefined
}

/**
 * The messages of a stream of bytes, by a codec of `ironloop/net` or one of your own. What the codec throws destroys the
 * stream, after the messages before it.
 *
 * @example
 * const { lengthPrefixed } = require('ironloop/net')
 * for await (const message of source.pipe(frames(lengthPrefixed()))) handle(message)
 */
export function frames<Incoming, const Options extends FramesOptions>(
  codec: Pick<Codec<Incoming, any>, 'createDecoder'>,
  options?: Options
): TransformOf<Options extends { batch: true | number } ? Incoming[] : Incoming>

export interface SearchOptions extends Abortable {
  /** `true`: the matches of a chunk in one {@link StreamMatches}; `false`: match by match. Default: `true`. */
  batch?: boolean | undefined
  /** As of `MultiFinder`. Default: `'leftmost-first'`. */
  kind?: MatchKind | undefined
  /** As of `MultiFinder`. Default: `false`. */
  caseInsensitive?: boolean | undefined
}

/** One match: the pattern's index, and offsets from the first byte of the stream. */
export interface StreamMatch {
  patternId: number
  start: number
  end: number
}

/**
 * Where patterns occur in a stream, also across the borders of chunks; the bytes themselves are not passed on.
 * @param patterns what `MultiFinder` takes, or one: its own options hold then
 */
export function search<const Options extends SearchOptions>(
  patterns: readonly (string | NodeJS.ArrayBufferView)[] | MultiFinder,
  options?: Options
): TransformOf<Options extends { batch: false } ? StreamMatch : StreamMatches>

export interface HashOptions extends Abortable {
  /** Default: `'buffer'`. */
  outputEncoding?: 'hex' | 'base64' | 'base64url' | 'latin1' | 'buffer' | undefined
}

/**
 * Takes bytes and gives their digest, as the streams of `crypto.createHash()`.
 *
 * `sha224`, `sha256`, `sha384`, `sha512` and `blake3` run on native threads: this thread only copies the bytes. `xxh3`, `xxh64`,
 * `crc32` and `crc32c` are cheaper than that copy and run on this thread, and so does every other algorithm of
 * `crypto.getHashes()`, by Node.
 *
 * Throws `ERR_INVALID_ARG_VALUE` for an algorithm that does not exist.
 *
 * @example
 * const [digest] = await createReadStream('image.iso').pipe(hash('sha256', { outputEncoding: 'hex' })).toArray()
 */
export function hash<const Options extends HashOptions>(
  algorithm: string,
  options?: Options
): TransformOf<Options extends { outputEncoding: 'hex' | 'base64' | 'base64url' | 'latin1' } ? string : Buffer>

/**
 * `'zstd'` is there where Node has it (22.15 and 23.8 on), else it throws `ERR_UNSUPPORTED_PLATFORM`; it and `'brotli'` are
 * Node's own streams.
 */
export type CompressionFormat = 'gzip' | 'deflate' | 'deflate-raw' | 'brotli' | 'zstd'

/**
 * Compresses a stream on native threads, by zlib-rs.
 * @param level 0 to 9 for gzip, deflate and deflate-raw (default 6), 0 to 11 for brotli (default 11), 1 to 22 for zstd
 *   (default 3)
 */
export function compress(format: CompressionFormat, level?: number, options?: Abortable): TransformOf<Buffer>

/**
 * Decompresses a stream on native threads. A small input that expands to a large output is taken in parts, as fast as they
 * are read. Of gzip all members are read.
 *
 * Broken data destroys the stream with `Z_DATA_ERROR`, data that ends too early with `Z_BUF_ERROR`.
 */
export function decompress(format: CompressionFormat, options?: Abortable): TransformOf<Buffer>
