/**
 * The errors that ironloop throws, rejects with or emits.
 *
 * Where the condition is one of Node's, code, class and wording are Node's, and system errors (`ENOENT`, ...) carry
 * `errno`, `syscall` and `path` as Node's do. Conditions of ironloop's own have codes `ERR_<MODULE>_<CONDITION>`.
 * Test `error.code`, not `instanceof`: the code holds across realms (Jest, vm contexts, worker threads).
 *
 * docs/errors.md says of each code when it comes and what to do.
 */

/** Codes of Node's own that ironloop uses for the same conditions. */
export type NodeErrorCode =
  | 'ABORT_ERR'
  | 'ERR_ACCESS_DENIED'
  | 'ERR_BUFFER_TOO_LARGE'
  | 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
  | 'ERR_CRYPTO_HASH_FINALIZED'
  | 'ERR_ENCODING_INVALID_ENCODED_DATA'
  | 'ERR_HTTP_CONTENT_LENGTH_MISMATCH'
  | 'ERR_ILLEGAL_CONSTRUCTOR'
  | 'ERR_INTERNAL_ASSERTION'
  | 'ERR_INVALID_ARG_TYPE'
  | 'ERR_INVALID_ARG_VALUE'
  | 'ERR_INVALID_RETURN_VALUE'
  | 'ERR_INVALID_STATE'
  | 'ERR_IPC_CHANNEL_CLOSED'
  | 'ERR_OUT_OF_RANGE'
  | 'ERR_STREAM_PREMATURE_CLOSE'
  | 'ERR_STREAM_WRITE_AFTER_END'
  | 'ERR_STRING_TOO_LONG'
  | 'ERR_UNKNOWN_ENCODING'
  | 'ERR_UNKNOWN_SIGNAL'
  | 'Z_BUF_ERROR'
  | 'Z_DATA_ERROR'

/** Codes that only ironloop has. */
export type IronloopErrorCode =
  | 'ERR_BUFFER_CORRUPT_DATA'
  | 'ERR_BUFFER_PIECE_TOO_LONG'
  | 'ERR_CHILD_PROCESS_FAILED'
  | 'ERR_CHILD_PROCESS_IPC_CORRUPT'
  | 'ERR_CHILD_PROCESS_MEMORY_LIMIT'
  | 'ERR_CHILD_PROCESS_OPTION_UNSUPPORTED'
  | 'ERR_CHILD_PROCESS_OUTPUT_UNAVAILABLE'
  | 'ERR_CHILD_PROCESS_TIMEOUT'
  | 'ERR_EVENTS_BUS_CLOSED'
  | 'ERR_EVENTS_INVALID_TOPIC'
  | 'ERR_EVENTS_NO_SUBSCRIBERS'
  | 'ERR_EVENTS_QUEUE_OVERFLOW'
  | 'ERR_EVENTS_REQUEST_TIMEOUT'
  | 'ERR_EVENTS_WAIT_TIMEOUT'
  | 'ERR_NATIVE_BINDING_MISSING'
  | 'ERR_NATIVE_JOB_FAILED'
  | 'ERR_NET_FRAME_INVALID'
  | 'ERR_NET_FRAME_TOO_LARGE'
  | 'ERR_NET_FRAME_TRUNCATED'
  | 'ERR_POOL_CLOSED'
  | 'ERR_POOL_CLOSE_TIMEOUT'
  | 'ERR_POOL_HANDLER_MISSING'
  | 'ERR_POOL_QUEUE_FULL'
  | 'ERR_POOL_TASK_TIMEOUT'
  | 'ERR_POOL_WORKER_EXITED'
  | 'ERR_STREAM_LINE_TOO_LONG'
  | 'ERR_UNSUPPORTED_PLATFORM'

export type ErrorCode = NodeErrorCode | IronloopErrorCode

/** An error made by ironloop. */
export interface IronloopError extends Error {
  code: ErrorCode
}
