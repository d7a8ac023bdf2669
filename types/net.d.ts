/**
 * Framed connections and files over sockets.
 *
 * `framed(socket, codec)` makes messages of a socket's bytes, and bytes of messages, over TCP, TLS, Unix sockets or any other
 * Duplex. Codecs say how messages are told apart. `sendFile` sends a file to a socket or a response without its bytes
 * passing through this process.
 *
 * @example
 * const { createFramedServer, framed, lengthPrefixed } = require('ironloop/net')
 * const net = require('node:net')
 *
 * const codec = lengthPrefixed({ encoding: 'json' })
 * const server = createFramedServer(codec, async (connection) => {
 *   for await (const { a, b } of connection) connection.send(a + b)
 * })
 * server.listen(8000, () => {
 *   const client = framed(net.connect(8000), codec)
 *   client.send({ a: 1, b: 2 })
 *   client.receive().then((sum) => console.log(sum), console.error)
 * })
 */
import type { EventEmitter } from 'node:events'
import type { FileHandle } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import type { Server, ServerOpts, Socket } from 'node:net'
import type { Duplex, Writable } from 'node:stream'
import type { TlsOptions } from 'node:tls'
import type { Struct, StructDescription, StructFields, StructRecord } from './buffer.js'
import type { Codec } from './stream.js'

export type { Codec, Decoder } from './stream.js'

type Bytes = NodeJS.ArrayBufferView

export interface StructCodecOptions {
  /**
   * The largest frame in bytes, without what tells frames apart; what is larger is refused with `ERR_NET_FRAME_TOO_LARGE`.
   * Default: `16777216` (16 MiB).
   */
  maxFrameBytes?: number | undefined
}

export interface FrameOptions extends StructCodecOptions {
  /**
   * What messages are: Buffers, strings, or what JSON makes of them. Strings and bytes can be sent in any but `'json'`. A
   * Buffer that is received may share memory with those of the same chunk. Default: `'buffer'`.
   */
  encoding?: 'buffer' | 'utf8' | 'latin1' | 'json' | undefined
}

export interface LengthPrefixedOptions extends FrameOptions {
  /** The bytes of the length, or `'varint'`: LEB128, seven bits a byte, the least first, as in protobuf. Default: `4`. */
  bytes?: 1 | 2 | 4 | 8 | 'varint' | undefined
  /** Default: `'big'`. */
  endian?: 'big' | 'little' | undefined
  /** Whether the length counts itself. Default: `false`. */
  includesHeader?: boolean | undefined
}

export type DelimitedOptions = FrameOptions

type MessageOf<Options> = Options extends { encoding: 'json' }
  ? any
  : Options extends { encoding: 'utf8' | 'latin1' }
    ? string
    : Buffer
type SentBy<Options> = Options extends { encoding: 'json' } ? any : string | Bytes

/**
 * Each message is preceded by its length.
 *
 * A length that is more than `maxFrameBytes` throws `ERR_NET_FRAME_TOO_LARGE` before its bytes come; one that counts itself
 * and is too small, `ERR_NET_FRAME_INVALID`.
 */
export function lengthPrefixed<const Options extends LengthPrefixedOptions>(
  options?: Options
): Codec<MessageOf<Options>, SentBy<Options>>

/** Each message is followed by a delimiter, which must not occur in it. Throws `ERR_INVALID_ARG_VALUE` for one that has it. */
export function delimited<const Options extends DelimitedOptions>(
  delimiter: string | Bytes,
  options?: Options
): Codec<MessageOf<Options>, SentBy<Options>>

/** `5:hello,`: the length in decimal digits, a colon, the message, a comma. What is not like this is `ERR_NET_FRAME_INVALID`. */
export function netstring<const Options extends FrameOptions>(
  options?: Options
): Codec<MessageOf<Options>, SentBy<Options>>

/** Each message is a record of a struct, as of `compileStruct()`, of fixed or variable length. */
export function struct<const Fields extends StructFields>(
  description: StructDescription<Fields> | Struct<Fields>,
  options?: StructCodecOptions
): Codec<StructRecord<Fields>, StructRecord<Fields> | object>

export interface FramedOptions {
  /**
   * Whether our side stays open when the other side has ended. Otherwise it is ended once the last message was taken: in
   * the loop, when the next one is asked for; with listeners, when they have returned. Default: `false`.
   */
  allowHalfOpen?: boolean | undefined
}

export interface FramedEvents<Incoming> {
  message: [message: Incoming]
  /** Messages may be sent again, after `send()` returned false. */
  drain: []
  /** The other side has ended, and all its messages were taken. */
  end: []
  /**
   * What ended the connection: a system error, `ERR_NET_FRAME_TRUNCATED`, or what the codec threw. Whoever iterates gets it
   * there; then this event comes only to those who listen.
   */
  error: [error: Error]
  close: []
}

/**
 * A connection of messages. Messages are read when they are wanted: by a loop over it, by `receive()`, or by listeners of
 * `'message'`; more than 256 KiB that nobody has taken, each with 64 bytes on top, stop the sender.
 */
export interface FramedConnection<Incoming, Outgoing = Incoming>
  extends EventEmitter<FramedEvents<Incoming>>,
    AsyncDisposable {
  readonly socket: Socket
  /** Bytes of sent messages that the operating system has not taken yet. */
  readonly bufferedBytes: number
  /** What ended the connection, if it did not end well. */
  readonly error: Error | undefined

  /**
   * Sends a message: its bytes are copied, and go out with the others of this turn. False if more than the socket's
   * `writableHighWaterMark` waits: await `drain()` then, or listen to `'drain'`. On a closed connection nothing is sent.
   *
   * Throws what the codec throws, and `ERR_STREAM_WRITE_AFTER_END` after `end()`.
   */
  send(message: Outgoing): boolean
  /** Waits until messages may be sent again. Rejects if the connection closes before, or with an AbortError. */
  drain(options?: { signal?: AbortSignal | undefined }): Promise<void>
  /** The next message; undefined when there are no more. Rejects once with what ended the connection. */
  receive(): Promise<Incoming | undefined>
  /** Messages until the other side ends. To leave the loop does not close the connection. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Incoming>
  /** Stops `'message'` events, and reading. */
  pause(): this
  resume(): this
  /** Ends our side after what was sent, and after a last message. */
  end(message?: Outgoing): this
  /** Ends our side and waits until the connection is closed; messages that still come are dropped. */
  close(): Promise<void>
  /** Closes the connection at once. */
  destroy(error?: Error): this
}

/**
 * Messages over a socket, a TLS socket or another Duplex, which belongs to it from here on. It sets the socket's
 * `allowHalfOpen`, so that answers go out after the other side has ended.
 */
export function framed<Incoming, Outgoing>(
  socket: Socket | Duplex,
  codec: Codec<Incoming, Outgoing>,
  options?: FramedOptions
): FramedConnection<Incoming, Outgoing>

export interface FramedServerOptions extends FramedOptions, Omit<ServerOpts, 'allowHalfOpen'> {
  /** With it the server is one of `node:tls`. Default: none. */
  tls?: TlsOptions | undefined
}

/**
 * A server of `node:net`, or of `node:tls`, whose connections are framed. `noDelay` is on by default, since messages of one
 * turn go out together anyway.
 *
 * If the listener returns a promise, the connection is ended when it fulfils and destroyed when it rejects. Then the server
 * emits `'connectionError'` (error, connection); without a listener for it, the connection's own errors (resets, broken
 * frames) are passed over, and others are unhandled rejections.
 */
export function createFramedServer<Incoming, Outgoing>(
  codec: Codec<Incoming, Outgoing>,
  listener?: (connection: FramedConnection<Incoming, Outgoing>) => unknown
): Server
export function createFramedServer<Incoming, Outgoing>(
  codec: Codec<Incoming, Outgoing>,
  options: FramedServerOptions,
  listener?: (connection: FramedConnection<Incoming, Outgoing>) => unknown
): Server

export interface SendFileOptions {
  /** The first byte. Default: `0`. */
  start?: number | undefined
  /** The last byte, inclusive as in `fs.createReadStream()`. Default: the end of the file. */
  end?: number | undefined
  /** Aborting it stops the transfer and rejects with an AbortError; if it had begun, the target is destroyed. */
  signal?: AbortSignal | undefined
}

/**
 * Sends a file, or a part of it, and resolves with the number of bytes that were sent.
 *
 * Over plain sockets, on Linux and macOS, by `sendfile(2)` on native threads, after what was written before; what is written
 * meanwhile follows. Over TLS, in chunked responses, and elsewhere, by streams.
 *
 * A response gets a `Content-Length`, if its headers were not sent, and is ended; a socket stays open. A file that is shorter
 * than `end` is sent up to its end; what it grows by meanwhile is not. Where it gets shorter meanwhile, a socket gets what is
 * left; a response that has told a length is destroyed, and it rejects with `ERR_HTTP_CONTENT_LENGTH_MISMATCH`.
 *
 * Rejects with the error of the file (`ENOENT`, `EISDIR`, ...), before anything is sent; with that of the connection, or
 * `ERR_STREAM_PREMATURE_CLOSE`. A `start` beyond `end` is `ERR_OUT_OF_RANGE`.
 *
 * @param source a path, a descriptor (which stays open), or a FileHandle
 *
 * @example
 * http.createServer((request, response) => {
 *   response.setHeader('Content-Type', 'video/mp4')
 *   sendFile(response, 'film.mp4').catch((error) => response.destroy(error))
 * })
 */
export function sendFile(
  target: Socket | ServerResponse | Writable,
  source: string | Buffer | URL | number | FileHandle,
  options?: SendFileOptions
): Promise<number>
