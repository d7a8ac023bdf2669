/**
 * The event loop made visible: what blocks it, while it is blocked; where its time goes; in which order it calls back.
 */

export type BlockCause = 'javascript' | 'gc' | 'native' | 'suspended'

export interface Frame {
  /** As V8 names the function; empty where it has no name. */
  functionName: string
  /** A path, or what else the script is called, such as `node:internal/timers`. */
  file: string
  /** From 1. */
  line: number
  /** From 1. */
  column: number
}

/** A time in which a loop did not turn. */
export interface Block {
  /** The thread whose loop it is: 0 is the main thread. */
  threadId: number
  /** How long the block lasted; while it lasts, how long so far. Waiting for events is not part of it. */
  blockedMs: number
  /** When it began, on the clock of this thread's `performance.now()`. */
  startTime: number
  /**
   * - `javascript`: code ran, as far as can be told JavaScript.
   * - `gc`: at least half of it was garbage collection. Known when the block is over.
   * - `native`: the thread was in a call that did not return to JavaScript. One that waits is always told; one that
   *   computes only of the main thread and with `stack: true`, and is else taken for `javascript`.
   * - `suspended`: the whole process did not run, as after SIGSTOP or while the machine slept.
   */
  cause: BlockCause
  /** Milliseconds of it that went into garbage collection. Known when the block is over, and not of a suspension. */
  gcMs?: number
  /** False while it lasts, as {@link blocked} sees it. */
  ended: boolean
  /**
   * Where the thread was, taken during the block, as in `Error.stack`; source maps are honoured. Of native code it is
   * where that has returned to, within the same turn of the loop.
   */
  stack?: string
  /** The same, frame by frame, innermost first; at most 64. */
  frames?: Frame[]
  /** Why there is no stack, where one was asked for. */
  stackMissing?: string
}

export interface WatchOptions {
  /** A turn of the loop that is at work for so many milliseconds is a block. 1 to 2^31 - 1. @default 50 */
  thresholdMs?: number
  /**
   * Takes the JavaScript stack during the block: a worker thread, which starts with the first such watch, connects an
   * inspector session to the blocked thread for about a millisecond; that is not stopped. Of a worker thread only while
   * the main thread is not in native code. Not while the inspector is open for a debugger. @default false
   */
  stack?: boolean
  /**
   * `'stderr'`, or a file that is appended to: each block is written down by a native thread while it lasts, and a line
   * when it is over, so that a loop which never comes back is reported too. @default none
   */
  report?: 'stderr' | (string & {})
  /**
   * Ends the process, by SIGABRT and with a report, when a block has lasted so many milliseconds. At least `thresholdMs`.
   * @default never
   */
  abortAfterMs?: number
}

/** A running watch. It never keeps the process alive. */
export interface Watch {
  /**
   * Fulfilled when stacks can be taken, some tens of milliseconds after the first watch that asks for them; at once where
   * none are asked for. Who reads it keeps the process until then.
   */
  readonly ready: Promise<void>
  /**
   * Blocks that were not handed to `onBlock` yet, which will not get them any more. The turn of the loop that goes on
   * counts as over: at `process.on('exit')` it is the last.
   */
  takeRecords(): Block[]
  /** Ends it. */
  close(): void
  [Symbol.dispose](): void
}

/**
 * Watches the loop of the thread that calls. A native thread sees a block while it lasts; `onBlock` is called when it is
 * over, in the AsyncLocalStorage context of this call. What it throws is an uncaught exception. Every block is also
 * published on the process's Buses as `$ironloop.loop.blocked`: while it lasts, and when it is over (`ended`).
 *
 * @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_INVALID_ARG_VALUE; what `fs.openSync` throws for `report`
 * @example
 * const { watch } = require('ironloop/loop')
 * watch({ thresholdMs: 50, stack: true }, ({ blockedMs, cause, stack }) => {
 *   console.error(`blocked for ${blockedMs} ms (${cause})\n${stack}`)
 * })
 */
export function watch(options?: WatchOptions, onBlock?: (block: Block) => void): Watch

/**
 * The block that lasts at this moment, as any thread of the process can ask: of one watched thread, or the longest of
 * all; `undefined` where none is blocked.
 *
 * @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE
 */
export function blocked(threadId?: number): Block | undefined

/** How long turns of the loop were at work, in milliseconds; quantiles are up to 6.25 % above the truth. */
export interface IterationDurations {
  count: number
  p50: number
  p90: number
  p99: number
  p999: number
  max: number
}

/**
 * What a loop has done with its time. Without libuv's hooks (`capabilities().modules.loop.stats` is `'perf_hooks'`) what is
 * `undefined` cannot be told.
 */
export interface LoopStats {
  /** Turns of the loop. */
  iterations: number | undefined
  /** The part of the time in which the loop was at work, 0 to 1. */
  utilization: number
  /** Waiting for events. */
  pollIdleMs: number
  /** Callbacks of events: sockets, files, child processes. */
  pollBusyMs: number | undefined
  /** Callbacks of `setImmediate`. */
  checkMs: number | undefined
  /** Timers, closing and pending callbacks: libuv has no point between them. */
  timersAndCallbacksMs: number | undefined
  /** The turn that was at work longest. Ticks and microtasks belong to the callback after which they ran. */
  longestIterationMs: number
  histogram: IterationDurations | undefined
  threadPool: {
    /** Threads of libuv's pool, for `fs`, `dns.lookup`, `crypto` and `zlib`. */
    size: number
    /**
     * How long a work item that does nothing has waited for one of them, measured four times a second while `stats()` is
     * called at least every 10 seconds; `undefined` until the first has come back.
     */
    delayMs: number | undefined
  }
}

/**
 * What this thread's loop has done since the first call, or since `previous` was returned. The first call begins to
 * measure, which costs some 200 ns a turn from then on.
 *
 * @throws ERR_INVALID_ARG_TYPE
 * @example
 * const before = stats()
 * setTimeout(() => console.log(stats(before).utilization), 1000)
 */
export function stats(previous?: LoopStats): LoopStats

/** The figures of {@link stats} since its first call, as OpenMetrics text. */
export function metrics(): string

export type TracePhase = 'main' | 'timers' | 'pending' | 'poll' | 'check' | 'close' | 'nextTick' | 'microtask'

/** One callback. */
export interface TraceRecord {
  /**
   * `main` is the traced function itself. In libuv's idle and prepare phases no callbacks of programs run; most pending
   * callbacks it runs right after polling, and they are told as `poll`.
   */
  phase: TracePhase
  /** As async_hooks names it: `Timeout`, `Immediate`, `TickObject`, `PROMISE`, `FSREQCALLBACK`, ... */
  type: string
  /** The callback's name; empty where it has none, or where it cannot be told, as of promises. */
  name: string
  /** File and line where it was asked for; may be empty. */
  place: string
  /** The turn of the loop, from 0. */
  turn: number
  /** Milliseconds since the trace began. */
  startMs: number
  durationMs: number
  /** How many callbacks it is called from within. */
  depth: number
}

/** The records in order, with their renderings. */
export interface Trace extends Array<TraceRecord> {
  /** A table, one line for each callback, a rule between two turns. `times: false` leaves the times out. */
  text(options?: { times?: boolean }): string
  /** A timeline, one lane for each phase. */
  svg(): string
}

/**
 * Calls `fn` at once and notes each callback of what it starts, in order; without `fn` of what the calling function starts
 * from here on. Fulfilled when nothing of it is pending any more and what `fn` returned has settled; a server or an interval
 * that is never closed keeps it pending. Rejects with what `fn` throws. Made for small programs: async_hooks slow down
 * everything meanwhile.
 *
 * @throws ERR_INVALID_ARG_TYPE, as a rejection
 * @example
 * console.log((await trace(() => {
 *   setTimeout(() => {}, 0)
 *   setImmediate(() => {})
 * })).text())
 */
export function trace(fn?: () => unknown): Promise<Trace>
