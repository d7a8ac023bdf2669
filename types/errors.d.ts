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
  | 'ERR_ILLEGAL_CONSTRUCTOR'
  | 'ERR_INVALID_ARG_TYPE'
  | 'ERR_INVALID_ARG_VALUE'
  | 'ERR_OUT_OF_RANGE'

/** Codes that only ironloop has. */
export type IronloopErrorCode =
  | 'ERR_EVENTS_BUS_CLOSED'
  | 'ERR_EVENTS_INVALID_TOPIC'
  | 'ERR_EVENTS_QUEUE_OVERFLOW'
  | 'ERR_EVENTS_WAIT_TIMEOUT'
  | 'ERR_NATIVE_BINDING_MISSING'
  | 'ERR_NATIVE_JOB_FAILED'
  | 'ERR_UNSUPPORTED_PLATFORM'

export type ErrorCode = NodeErrorCode | IronloopErrorCode

/** An error made by ironloop. */
export interface IronloopError extends Error {
  code: ErrorCode
}
