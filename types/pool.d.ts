/**
 * A pool of worker threads with piscina's interface on a native scheduler.
 *
 * Tasks cross to the threads and back in batches: one crossing and at most one wake-up for all that run() was given
 * in a tick. A value is captured when run() is called; later changes are not seen. What the structured clone algorithm
 * clones arrives, with two differences: a Buffer arrives as a Buffer, and an error keeps its code and own fields.
 *
 * Threads wait in their own event loop. They keep the process alive only while tasks are pending.
 *
 * @example
 * // worker.js: `module.exports = async ({ file }, { signal }) => score(await readFile(file, { signal }))`
 * const { Pool } = require('ironloop/pool')
 *
 * const pool = new Pool({ filename: path.join(__dirname, 'worker.js') })
 * const score = await pool.run({ file: 'index.js' }, { timeout: 1000 })
 * for await (const each of pool.map(files)) console.log(each)
 * await pool.close()
 */
import type { AsyncResource } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import type { Transferable as NodeTransferable, ResourceLimits, Worker, WorkerOptions } from 'node:worker_threads'

/** The second argument of a handler. */
export interface TaskContext<Progress = any> {
  /** Fires when the task is cancelled by its signal, or past its timeout. */
  readonly signal: AbortSignal
  /** The same as a question, answered from memory without awaiting: for long loops. */
  readonly cancelled: () => boolean
  /** Sends progress to the task's `onProgress`, else to the pool's 'progress' event. */
  readonly emit: (progress: Progress) => void
  /** What the pool's `context.capture` returned at run(). */
  readonly context: any
}

/** What a worker module exports. A promise is awaited; what is thrown rejects the promise of run(). */
export type Handler<Task = any, Result = any> = (task: Task, context: TaskContext) => Result

type IsAny<T> = 0 extends 1 & T ? true : false

/** The task type of a handler, of a module with a default export, or the type itself, as piscina's. */
export type TaskOf<Of> =
  IsAny<Of> extends true
    ? any
    : Of extends (task: infer Task, ...rest: any[]) => any
      ? Task
      : Of extends { default: (task: infer Task, ...rest: any[]) => any }
        ? Task
        : Of

/** The result type of a handler or of a module with a default export. */
export type ResultOf<Of, Otherwise> =
  IsAny<Of> extends true
    ? Otherwise
    : Of extends (...rest: any[]) => infer Result
      ? Awaited<Result>
      : Of extends { default: (...rest: any[]) => infer Result }
        ? Awaited<Result>
        : Otherwise

export interface PoolOptions {
  /**
   * The module that runs tasks: a path (a relative one is relative to the working directory), a file: or a data: URL;
   * CommonJS or ES module, TypeScript where Node strips types. Default: none; then each run() names one.
   */
  filename?: string | URL | null | undefined
  /** The export that is the handler: one of the module's own. Default: `'default'`. */
  name?: string | undefined
  /** Threads that are always there, 0 to 1024. Default: as many as processors, see `capabilities().threads`. */
  minThreads?: number | undefined
  /** The most threads, 1 to 1024. Default: as many as processors, at least `minThreads`. */
  maxThreads?: number | undefined
  /** Milliseconds after which an idle thread beyond `minThreads` ends. Default: 0. `Infinity`: never. */
  idleTimeout?: number | undefined
  /**
   * Tasks that may wait beside those that can run at once; further ones are refused. `'auto'` is `maxThreads` squared.
   * Default: `Infinity`.
   */
  maxQueue?: number | 'auto' | undefined
  /** Tasks that share a thread at one time, 1 to 256: for handlers that wait. Default: 1. */
  concurrentTasksPerWorker?: number | undefined
  /** Appended to the threads' `process.argv`. Default: none. */
  argv?: any[] | undefined
  /** Node's options for the threads. Default: those of this process. */
  execArgv?: string[] | undefined
  /** The threads' `process.env`. Default: a copy of this process's. */
  env?: WorkerOptions['env'] | undefined
  /** Cloned into each thread: `workerData` of this module and of `node:worker_threads`. Default: `undefined`. */
  workerData?: any
  /** Default: none. A thread that is out of memory ends; see ERR_POOL_WORKER_EXITED. */
  resourceLimits?: ResourceLimits | undefined
  /** Whether a thread's end closes what it opened by `fs.open()`. Default: `true`. */
  trackUnmanagedFds?: boolean | undefined
  /** Milliseconds that close() waits for tasks before it ends their threads. Default: 30000. */
  closeTimeout?: number | undefined
  /**
   * Milliseconds that a running task has to end after it was cancelled or its time was over; then its thread is
   * replaced. 0 replaces it at once, as piscina does. Default: 1000.
   */
  gracePeriodMs?: number | undefined
  /** Whether `histogram` shows durations. Default: `true`. */
  recordTiming?: boolean | undefined
  /** Accepted for piscina's sake: threads always wait in their own loop, as with piscina's `'disabled'`. */
  atomics?: 'sync' | 'async' | 'disabled' | undefined
  /**
   * With `taskQueue` or `loadBalancer`: a task that no thread could take goes back to the front of its queue. Without
   * them tasks of equal priority always start in the order of run(). Default: `false`.
   */
  stricterFIFO?: boolean | undefined
  /**
   * When a thread is replaced by a new one, between tasks: after so many, or once its heap and external memory
   * together have grown beyond a size. Default: never.
   */
  recycle?: { afterTasks?: number | undefined; maxHeapBytes?: number | undefined } | undefined
  /**
   * Values that go with each task: what `capture()` returns at run() is cloned into the handler's `context`. `restore`
   * names an export of the handler's module that is called around it, as `(context, next) => storage.run(context, next)`.
   * Default: none.
   */
  context?: { capture: () => any; restore?: string | undefined } | undefined
  /**
   * A queue of your own: it decides which task is next, and `priority` and `affinity` have no effect. Slower, as is
   * `loadBalancer`: each choice is JavaScript's, and no thread takes over what another one has got. Default: none.
   */
  taskQueue?: TaskQueue | undefined
  /** Chooses the thread of each task; `null` lets it wait. Default: none; with `taskQueue`, the least busy thread. */
  loadBalancer?: LoadBalancer | undefined
  /** Added to the nice value of each thread, 0 and up; on Linux alone. Default: 0. */
  niceIncrement?: number | undefined
  /** Whether run times are recorded per thread as well, for `histogram` in events and balancers. Default: `false`. */
  workerHistogram?: boolean | undefined
}

/** A task as queues and balancers see it. */
export interface QueuedTask {
  readonly taskId: number
  readonly filename: string | null
  readonly name: string
  /** When run() was called, by `performance.now()`. */
  readonly created: number
  readonly isAbortable: boolean
  /** The task's property of this symbol. */
  readonly [queueOptionsSymbol]: any
}

/** What the option `taskQueue` takes. */
export interface TaskQueue {
  readonly size: number
  shift(): QueuedTask | null
  push(task: QueuedTask): void
  remove(task: QueuedTask): void
  unshift?(task: QueuedTask): void
}

/** What events and balancers see of a thread. */
export interface PoolWorker {
  /** Its threadId. */
  readonly id: number
  readonly worker: Worker
  /** Tasks that it has; Infinity while one with a signal runs in a pool with `taskQueue` or `loadBalancer`. */
  readonly currentUsage: number
  readonly isRunningAbortableTask: boolean
  /** `null` without `workerHistogram`. */
  readonly histogram: PoolHistogramSummary | null
  readonly terminating: boolean
  readonly destroyed: boolean
}

/** Chooses the thread for a task, or `null`. */
export type LoadBalancer = (task: QueuedTask, workers: PoolWorker[]) => PoolWorker | null

/** Says what of it is transferred, and what stands in its place. */
export interface Transferable {
  readonly [transferableSymbol]: object
  readonly [valueSymbol]: object
}

export interface RunOptions {
  /** Another module than the pool's. Default: the pool's `filename`. */
  filename?: string | URL | null | undefined
  /** Another export than the pool's. Default: the pool's `name`. */
  name?: string | null | undefined
  /**
   * Cancels the task: a waiting one leaves the queue, a running one is told and has `gracePeriodMs` to end. The promise
   * rejects at once with an AbortError (`code: 'ABORT_ERR'`, the signal's reason as `cause`), also when the handler has
   * ended and its result is on its way: that is discarded. What has 'abort' events and `addEventListener` with
   * `removeEventListener`, or `once` with `removeListener` or `off`, will do. Default: none.
   */
  signal?: AbortSignal | EventTarget | NodeJS.EventEmitter | null | undefined
  /** Higher starts first; any 32-bit integer. Default: 0. */
  priority?: number | undefined
  /** Milliseconds from the start of its run after which the task is cancelled. Default: 0, no limit. */
  timeout?: number | undefined
  /**
   * A task with a signal or a timeout shares its thread with no other running task, so that ending one harms no
   * other. Its handler heeds `signal`, so it may share: `true`. Default: `false`.
   */
  cooperative?: boolean | undefined
  /**
   * Transferred instead of copied, as by postMessage(). Such a task, and one with what only postMessage carries
   * (SharedArrayBuffer, MessagePort, Blob), arrives as the structured clone algorithm has it: a Buffer as a Uint8Array,
   * an error without its code. Default: none.
   */
  transferList?: readonly NodeTransferable[] | null | undefined
  /**
   * How often the task is run again when its thread died while it ran. Not what a handler throws; not a task whose
   * value was transferred. Default: 0.
   */
  retries?: number | undefined
  /** Tasks of one key run on one thread, as long as the number of threads does not change. Default: none. */
  affinity?: string | number | null | undefined
  /** Called with what the handler emits, in the context of run(). Default: none; the pool emits 'progress'. */
  onProgress?: ((progress: any) => void) | undefined
}

export interface MapOptions extends Omit<RunOptions, 'onProgress'> {
  /**
   * Tasks at hand at one time, results that were not consumed included. Default: twice what can run at once, at
   * least 16, at most what the queue takes.
   */
  concurrency?: number | undefined
  /** Whether results come in the order of the iterable; otherwise as they are done. Default: `true`. */
  ordered?: boolean | undefined
}

export interface CloseOptions {
  /** Whether tasks that have not started are rejected with ERR_POOL_CLOSED instead of run. Default: `false`. */
  force?: boolean | undefined
  /** Milliseconds until what still runs is ended. Default: the pool's `closeTimeout`. */
  gracePeriodMs?: number | undefined
}

/** Milliseconds, within 6.25 %. */
export interface BriefDurations {
  p50: number
  p95: number
  p99: number
  max: number
}

export interface PoolStats {
  /** Threads that run or start. */
  threads: number
  /** Tasks that wait. */
  queued: number
  /** Tasks that a thread has taken; all but a few of them are short and about to start. */
  running: number
  /** Tasks whose handler ended, by returning or by throwing. */
  completed: number
  /** Tasks that were rejected by what their handler threw, or because their thread ended. */
  failed: number
  /** Tasks that were rejected by their signal, their timeout, or destroy(). */
  cancelled: number
  /** From run() to being taken by a thread. */
  wait: BriefDurations
  /** From there to its end. Tasks too short to be measured one by one count as equal shares of their batch. */
  run: BriefDurations
  /** The share of all threads' time, since the pool was made, that was spent on tasks: 0 to 1. */
  utilization: number
}

/** As piscina's, in milliseconds. */
export interface PoolHistogramSummary {
  average: number
  mean: number
  stddev: number
  min: number
  max: number
  p0_001: number
  p0_01: number
  p0_1: number
  p1: number
  p2_5: number
  p10: number
  p25: number
  p50: number
  p75: number
  p90: number
  p97_5: number
  p99: number
  p99_9: number
  p99_99: number
  p99_999: number
}

/** With `recordTiming: false` there are no times. */
export interface PoolHistogram {
  readonly runTime: PoolHistogramSummary | undefined
  readonly waitTime: PoolHistogramSummary | undefined
  resetRunTime(): void
  resetWaitTime(): void
}

/**
 * A pool of worker threads. `Pool<typeof handler>`, `Pool<typeof import('./worker.js')>` or piscina's
 * `Pool<Task, Result>`.
 *
 * Events: 'drain' and 'needsDrain' (as `needsDrain` changes), 'message' (of a thread's parentPort), 'error' (uncaught
 * in a thread that runs no task; ERR_POOL_CLOSE_TIMEOUT, if somebody listens), 'progress', 'workerCreate' and
 * 'workerDestroy' (with a PoolWorker), 'close'.
 *
 * `diagnostics_channel.tracingChannel('ironloop:pool:task')` tells of each run() and iterate().
 */
export class Pool<Of = any, Result = any> extends EventEmitter {
  /**
   * Starts `minThreads` threads.
   *
   * @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE
   */
  constructor(options?: PoolOptions)

  /**
   * Runs one task. Rejects with what the handler threw, or:
   * - ERR_POOL_QUEUE_FULL when the queue is full, at once;
   * - ERR_POOL_WORKER_EXITED when its thread ended after it had started, with the reason as `cause` (a task that had
   *   not started is run by another thread);
   * - an AbortError when its signal fires, ERR_POOL_TASK_TIMEOUT past its timeout;
   * - DataCloneError when task or result cannot be cloned;
   * - ERR_POOL_HANDLER_MISSING, or what its module threw, when there is no handler;
   * - ERR_POOL_CLOSED after close() or destroy();
   * - Node's own error where there is no thread and Node refuses to make one.
   */
  run(task?: TaskOf<Of>, options?: RunOptions): Promise<ResultOf<Of, Result>>

  /**
   * Runs one task per item, a bounded number at a time, and yields their results. Ends with the first failure, and at
   * once when its signal fires; leaving the loop stops taking items, while tasks that were begun run to their end. In
   * each case the iterable is closed by its return().
   */
  map(
    iterable: Iterable<TaskOf<Of>> | AsyncIterable<TaskOf<Of>>,
    options?: MapOptions
  ): AsyncGenerator<ResultOf<Of, Result>, void, undefined>

  /**
   * Runs one task whose handler is a generator (or returns an iterable) and yields what it yields; the thread is at most
   * 16 items ahead. Leaving the loop cancels the task, as does return() at any time. The task is submitted by this call;
   * what run() would reject with rejects the first next().
   */
  iterate(task?: TaskOf<Of>, options?: Omit<RunOptions, 'onProgress'>): AsyncGenerator<any, any, undefined>

  /** Resolves when all threads have loaded their handler, at once where there are none. Rejects when none can start. */
  warmUp(): Promise<void>

  /** Changes the number of threads. Threads that are too many end once they have run what they have begun. */
  resize(limits: { min?: number | undefined; max?: number | undefined }): void

  /** Resolves when the queue has room for a task of the caller. */
  ready(): Promise<void>

  /** Resolves when no task waits or runs. */
  drain(): Promise<void>

  /** Takes no more tasks, waits for those at hand, then ends the threads. */
  close(options?: CloseOptions): Promise<void>

  /** Rejects all tasks with ERR_POOL_CLOSED and ends the threads, also in the middle of a task. */
  destroy(): Promise<void>

  /** close() */
  [Symbol.asyncDispose](): Promise<void>
  [Symbol.dispose](): void

  /** What the pool has done and does. */
  stats(): PoolStats

  /** stats() as OpenMetrics text. */
  metrics(): string

  /** Listeners run in this context, as with Node's EventEmitterAsyncResource. */
  readonly asyncResource: AsyncResource
  readonly asyncId: number
  readonly triggerAsyncId: number
  emitDestroy(): void

  readonly threads: Worker[]
  readonly minThreads: number
  readonly maxThreads: number
  readonly options: PoolOptions
  /** Threads that wait for tasks. */
  readonly idleThreads: number
  /** Tasks at hand beyond those that can run at once. */
  readonly queueSize: number
  /** Whether as many tasks are at hand as can run at once. */
  readonly needsDrain: boolean
  readonly completed: number
  /** Milliseconds since the pool was made. */
  readonly duration: number
  readonly utilization: number
  readonly histogram: PoolHistogram
  /** Those of `histogram`. */
  readonly runTime: PoolHistogramSummary | undefined
  readonly waitTime: PoolHistogramSummary | undefined

  static readonly Pool: typeof Pool
  static readonly Piscina: typeof Pool
  static readonly ArrayTaskQueue: typeof ArrayTaskQueue
  static readonly FixedQueue: typeof FixedQueue
  static readonly LeastBusyBalancer: typeof LeastBusyBalancer
  static readonly version: string
  static readonly isWorkerThread: boolean
  static readonly workerData: any
  static readonly queueOptionsSymbol: typeof queueOptionsSymbol
  static readonly transferableSymbol: typeof transferableSymbol
  static readonly valueSymbol: typeof valueSymbol
  static move: typeof move
}

export { Pool as Piscina }
export default Pool

/** A queue for `taskQueue`: an array. */
export class ArrayTaskQueue implements TaskQueue {
  readonly size: number
  shift(): QueuedTask | null
  push(task: QueuedTask): void
  unshift(task: QueuedTask): void
  remove(task: QueuedTask): void
}

/** A queue for `taskQueue`: as quick when it is long. */
export class FixedQueue implements TaskQueue {
  readonly size: number
  isEmpty(): boolean
  shift(): QueuedTask | null
  push(task: QueuedTask): void
  unshift(task: QueuedTask): void
  remove(task: QueuedTask): void
}

/** Makes piscina's default balancer. */
export function LeastBusyBalancer(options: { maximumUsage: number }): LoadBalancer

/**
 * Marks a task or a result to be transferred instead of copied: an ArrayBuffer, a view, a MessagePort, or an object
 * that is `Transferable`. Other values are returned as they are.
 */
export function move<T>(value: T): T

/** The symbols are piscina's own: `Symbol.for('Piscina.transferable')`, ... */
export const transferableSymbol: unique symbol
export const valueSymbol: unique symbol
/** The property of a task that carries options for a `taskQueue`. */
export const queueOptionsSymbol: unique symbol

/** The version of this package. */
export const version: string

/** Whether this code runs in a thread of a pool. */
export const isWorkerThread: boolean

/** The pool's `workerData`, in its threads. */
export const workerData: any
