/**
 * Timers by the monotonic clock: they do not drift, keep fractions of a millisecond, and take delays beyond 2^31 ms.
 *
 * `setTimeout` and `setInterval` are left as they are. For those of this module the loop is woken at the deadline itself: on
 * Linux by a timer of the kernel's that it polls, elsewhere by one native thread for the whole process.
 *
 * @example
 * const { setPreciseInterval, sleep } = require('ironloop/timers')
 *
 * const timer = setPreciseInterval((ticks) => console.log('tick', ticks), 4, { missed: 'coalesce' })
 * sleep(100).then(() => timer.close())
 */

export interface TimerOptions {
  /** Closes the timer when it is aborted. One that is aborted already closes it at once. */
  signal?: AbortSignal | undefined
  /** Whether the timer keeps the process alive. Default: `true`. */
  ref?: boolean | undefined
}

export interface IntervalOptions extends TimerOptions {
  /**
   * What becomes of ticks that passed while the loop was busy. All ticks lie on a grid that begins with the call, whatever
   * happens: a late one shifts none of those after it.
   *
   * - `'skip'`: the last of them is delivered, the others are dropped.
   * - `'coalesce'`: one call stands for all of them, and is told how many they are.
   * - `'catch-up'`: each gets its call, one directly after the other.
   *
   * Default: `'skip'`.
   */
  missed?: 'skip' | 'coalesce' | 'catch-up' | undefined
}

/** A running timer. Like Node's, it is not ended by being forgotten. */
export interface PreciseTimer {
  /** Ends the timer: its callback is not called any more. To end one twice, or one that has run, does nothing. */
  close(): void
  /** Makes it keep the process alive, as it does from the start unless `ref: false` was given. */
  ref(): this
  /** Lets the process end before it runs. */
  unref(): this
  /** Whether it keeps the process alive; `false` once it has ended. */
  hasRef(): boolean
  /** As `close()`. */
  [Symbol.dispose](): void
}

/**
 * Calls `callback` once, `ms` milliseconds from now or as soon after as the loop is free, never earlier.
 *
 * The callback runs in the caller's AsyncLocalStorage context; nextTicks and microtasks run after it. What it throws is an
 * uncaught exception, and the other timers run on.
 *
 * Throws `ERR_INVALID_ARG_TYPE` if `callback` is no function or `ms` no number, and `ERR_OUT_OF_RANGE` unless `ms` is
 * finite, 0 or more, and at most 2^53 - 1. Node makes 1 of such delays.
 *
 * @param ms milliseconds, with fractions: 0.25 is 250 us; 0 is the next turn of the loop
 *
 * @example
 * const timer = setPreciseTimeout(() => socket.destroy(), 30 * 24 * 3600 * 1000, { ref: false })
 * socket.once('close', () => timer.close())
 */
export function setPreciseTimeout(callback: () => void, ms: number, options?: TimerOptions): PreciseTimer

/**
 * Calls `callback` every `ms` milliseconds until it is closed: tick n comes `n * ms` after this call, or as soon after as the
 * loop is free.
 *
 * Throws as `setPreciseTimeout()`, also for an `ms` below 0.01, and `ERR_INVALID_ARG_VALUE` for another `missed`.
 *
 * @param callback gets the number of ticks that this call stands for: 1, but with `missed: 'coalesce'`
 * @param ms milliseconds, with fractions, 0.01 or more
 *
 * @example
 * const timer = setPreciseInterval((ticks) => world.advance(ticks), 1000 / 60, { missed: 'coalesce' })
 */
export function setPreciseInterval(
  callback: (ticks: number) => void,
  ms: number,
  options?: IntervalOptions
): PreciseTimer

/**
 * Resolves after `ms` milliseconds. Rejects with an `AbortError` (code `ABORT_ERR`, the signal's reason as its cause) if
 * `signal` is aborted before, and as `setPreciseTimeout()` throws.
 *
 * @example
 * await sleep(0.5)
 * await sleep(60_000, { signal })
 */
export function sleep(ms: number, options?: TimerOptions): Promise<void>
