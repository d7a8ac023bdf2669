/**
 * Starting programs without stopping the event loop.
 *
 * `run` is ironloop's own: a native thread starts the process, at a cost that does not grow with this process's memory;
 * its output is kept by native threads and handed over once; deadlines and kills do not need the event loop.
 *
 * `spawn`, `exec`, `execFile` and `fork` are `node:child_process`'s own over a native handle: the same arguments, objects,
 * events and errors, but starting a process does not copy this one's page tables, and hearing of an end costs the same
 * however many others run. Linux with pidfds (5.4 or later); elsewhere, and without a native binding, they are Node's
 * altogether, and so are the Sync forms everywhere. `capabilities()` says which, as `dropIn`.
 *
 * @example
 * const { run } = require('ironloop/child_process')
 *
 * const { stdout } = await run('git', ['log', '-1', '--format=%H'])
 * await run`tar xf ${archive}` // never a shell: a value is one argument, whatever is in it
 *
 * for await (const line of run('git', ['ls-files'])) console.log(line)
 */
import type { ChildProcess, ForkOptions } from 'node:child_process'
import type { ReadStream } from 'node:fs'
import type { Writable } from 'node:stream'

export {
  ChildProcess,
  exec,
  execFile,
  execFileSync,
  execSync,
  spawn,
  spawnSync,
} from 'node:child_process'

export interface ForkOptionsWithIpc extends ForkOptions {
  /**
   * What carries messages: Node's own channel, or a pair of rings in shared memory beside it. Default: `'node'`.
   *
   * With `'shared-memory'` what is sent is in memory that both processes have, at once and without a system call, unless
   * the other sleeps. The child needs no change: a small module of ours is loaded before its own. Linux with pidfds;
   * elsewhere `ERR_CHILD_PROCESS_OPTION_UNSUPPORTED` is thrown. See docs/api/child_process.md for the order of messages.
   */
  ipc?: 'node' | 'shared-memory' | undefined
}

/**
 * What `ipc: 'shared-memory'` adds to the ChildProcess, and in the child to `process`, which also emit:
 * - `'binary'` with a Buffer that `sendBinary` sent. It shares its memory with others that came with it, at most 64 KB.
 * - `'drain'` when there is room again after a `send` or `sendBinary` that returned false.
 *
 * `send()` is Node's, with a structured clone under `serialization: 'advanced'` (what cannot be cloned throws there and
 * then, and errors keep their code and their own fields) and JSON otherwise. What is sent while nobody listens waits in
 * the ring, unless it is of a kind that nobody ever listened to while the other one is listened to.
 */
export interface SharedMemoryChannel {
  /**
   * Sends bytes as they are; they are copied at the call.
   *
   * Throws `ERR_INVALID_ARG_TYPE`, and `ERR_OUT_OF_RANGE` from 512 MiB on. On a closed channel the callback, or an
   * `'error'` event, gets `ERR_IPC_CHANNEL_CLOSED`.
   * @param callback when they are in shared memory
   * @returns false if the ring is full (1 MiB): wait for `'drain'`
   */
  sendBinary(bytes: NodeJS.ArrayBufferView, callback?: (error: Error | null) => void): boolean
  /**
   * Waits until all that was sent is in shared memory, from where the other process gets it even if this one exits at
   * once. Rejects with `ERR_IPC_CHANNEL_CLOSED` if the channel ends before.
   */
  flush(): Promise<void>
}

/**
 * Node's `fork`, with one option more.
 *
 * @example
 * const child = fork('worker.js', { ipc: 'shared-memory' })
 * child.on('message', (message) => console.log(message))
 * if (!child.send({ hello: 'world' })) await once(child, 'drain')
 */
export function fork(
  modulePath: string | URL,
  args: readonly string[] | undefined,
  options: ForkOptionsWithIpc & { ipc: 'shared-memory' }
): ChildProcess & SharedMemoryChannel
export function fork(
  modulePath: string | URL,
  options: ForkOptionsWithIpc & { ipc: 'shared-memory' }
): ChildProcess & SharedMemoryChannel
export function fork(modulePath: string | URL, args?: readonly string[], options?: ForkOptionsWithIpc): ChildProcess
export function fork(modulePath: string | URL, options?: ForkOptionsWithIpc): ChildProcess

/**
 * What is kept of stdout and stderr.
 * - `'text'`: a string decoded from UTF-8; what is not valid becomes U+FFFD.
 * - `'buffer'`: a Buffer.
 * - `'lines'`: an array of strings. Lines end with `\n` or `\r\n`; the last one need not.
 * - `'spill'`: a {@link Spilled}: the process writes to files itself, without a pipe (apart from what `tee` shows).
 *   `maxBuffer` does not bound it.
 * - `'none'`: nothing. Output that is not iterated, piped or shown either goes to the null device.
 */
export type Capture = 'text' | 'buffer' | 'lines' | 'spill' | 'none'

export type Captured<Kind extends Capture> = Kind extends 'buffer'
  ? Buffer
  : Kind extends 'lines'
    ? string[]
    : Kind extends 'spill'
      ? Spilled
      : Kind extends 'none'
        ? undefined
        : string

/**
 * An output in a file that only this user may read. It is removed by `remove()`, at the latest when this process or worker
 * ends, a worker that is terminated included.
 */
export interface Spilled extends AsyncDisposable {
  readonly path: string
  readonly bytes: number
  stream(): ReadStream
  /** All of it, decoded from UTF-8. */
  text(): Promise<string>
  remove(): void
}

export interface RunLimits {
  /** Bytes of address space (RLIMIT_AS). Node and other runtimes reserve far more than they use. */
  addressSpaceBytes?: number | undefined
  /** Milliseconds of processor time, rounded up to seconds; past it the process gets SIGXCPU, then SIGKILL. */
  cpuTimeMs?: number | undefined
  /** Bytes of the largest file that it may write. */
  fileSizeBytes?: number | undefined
  /**
   * Bytes of memory of the whole tree; implies `killTree`. By a cgroup where one with the memory controller is writable,
   * else the resident sets of all its processes are added up every 20 ms. Past it the tree is killed and the run fails
   * with `ERR_CHILD_PROCESS_MEMORY_LIMIT`.
   */
  memoryBytes?: number | undefined
  /** Open descriptors. */
  openFiles?: number | undefined
  /**
   * Processes and threads of the whole tree; implies `killTree`. Only by a cgroup: where none with the pids controller is
   * writable it throws `ERR_CHILD_PROCESS_OPTION_UNSUPPORTED`.
   */
  processes?: number | undefined
}

export interface RunOptions<Kind extends Capture = Capture> {
  /** Default: `'text'`. */
  capture?: Kind | undefined
  /** Whether one `\n` or `\r\n` at the end of a kept output is cut off. Default: `true`. */
  stripFinalNewline?: boolean | undefined
  /**
   * What the process reads: a string (as UTF-8), bytes (copied at the call), or a stream or iterable of both, which is
   * read as the process takes it. A process that ends before it has read everything is no failure: see
   * `Result.stdinError`. An error of the stream ends the run and is the `cause` of its RunError. What is left
   * of a stream or iterator when nobody reads it any more is destroyed, or told by `return()`.
   */
  input?:
    | string
    | NodeJS.ArrayBufferView
    | AsyncIterable<string | NodeJS.ArrayBufferView>
    | Iterable<string | NodeJS.ArrayBufferView>
    | undefined
  /** Without `input`: the null device, ours, or a Writable at `running.stdin`. Default: `'ignore'`. */
  stdin?: 'ignore' | 'inherit' | 'pipe' | undefined
  /** Variables beside those of `process.env`; `undefined` removes one. Only own properties count. Default: none. */
  env?: Record<string, string | undefined> | undefined
  /** Whether `env` extends `process.env` rather than stands alone. Default: `true`. */
  extendEnv?: boolean | undefined
  /** The working directory, from ours at the call. Default: ours at the call. */
  cwd?: string | URL | undefined
  /** Puts the `node_modules/.bin` of the working directory, or of this one, and of all above it first in PATH. Default: `false`. */
  preferLocal?: boolean | string | URL | undefined
  /** Bytes that are kept of stdout, and of stderr, and of an iterated line whose end has not come, which then fails the run whatever `onOverflow` says; may be `Infinity`. Default: 64 MiB. */
  maxBuffer?: number | undefined
  /**
   * Past `maxBuffer`: kill the process and fail (`ERR_CHILD_PROCESS_STDIO_MAXBUFFER`), read and drop the rest, or move that
   * output to a file, so that the Result has a {@link Spilled} in its place. Default: `'kill'`.
   */
  onOverflow?: 'kill' | 'truncate' | 'spill' | undefined
  /**
   * Shows output while it comes, beside what `capture` keeps: `true` on our own stdout and stderr, a Writable for both, or
   * either of them by name. A process waits for a stream that is slow; one whose `write()` throws
   * ends the run. stdout is not shown where it is piped on. What goes to a file with 'spill' is then written
   * there by us, not by the process. Default: `false`.
   */
  tee?:
    | boolean
    | Writable
    | { stdout?: boolean | Writable | undefined; stderr?: boolean | Writable | undefined }
    | undefined
  /** Whether a failure rejects; if not, the Result has it as `error`. Default: `true`. */
  reject?: boolean | undefined
  /** Milliseconds from the start of the process until it is killed; 0 for none. Default: 0. */
  timeout?: number | undefined
  /** The signal that asks it to end. Default: `'SIGTERM'`. */
  killSignal?: NodeJS.Signals | number | undefined
  /** Milliseconds between asking it to end, by whatever reason, and SIGKILL; `Infinity` never forces. Default: 5000. */
  gracePeriodMs?: number | undefined
  /**
   * Whether killing reaches all that the process started, and a killed run is over only when all of that is gone. On Linux
   * by a warden, a small process between this one and the program, and by a cgroup where one is writable: also what has
   * left its session or was orphaned. Elsewhere by process group, best effort; the program then has a session of its own.
   * `capabilities()` tells. Default: `false`.
   */
  killTree?: boolean | undefined
  /**
   * Whether the program and all that it started is killed when this process dies, however it dies, and also when the
   * program itself has ended before. Linux; without the warden it reaches the program alone. Default: `false`.
   */
  dieWithParent?: boolean | undefined
  /** Aborting it ends the run; the run rejects with an AbortError once the process is gone. */
  signal?: AbortSignal | undefined
  /** Whether stderr goes to the same pipe as stdout, so that the order is exact; `stderr` is then undefined. Default: `false`. */
  merge?: boolean | undefined
  /** `true` for /bin/sh (or cmd.exe), or the shell's path: the file and the arguments, joined by spaces, are its command. Default: `false`. */
  shell?: boolean | string | undefined
  /** A session of its own, and it lives on when this process or thread ends. Default: `false`. */
  detached?: boolean | undefined
  uid?: number | undefined
  gid?: number | undefined
  /** Default: ours when the process is started, which may be shortly after the call. */
  umask?: number | undefined
  /** From -20 (first) to 19 (last). Default: ours. */
  nice?: number | undefined
  /** Limits of this process and, each for itself, of what it starts. They are no sandbox. Default: ours. */
  limits?: RunLimits | undefined
}

/** What a run came to. */
export interface Result<Kind extends Capture = 'text'> {
  /** null if a signal ended it or it never started. */
  exitCode: number | null
  /** The signal that ended it, or null. */
  signal: NodeJS.Signals | null
  /** undefined where nothing is kept: capture 'none', an iterated stdout, a merged stderr. */
  stdout: Captured<Kind>
  stderr: Captured<Kind>
  /** undefined if it never started. */
  pid: number | undefined
  /** From its start until it had ended and its output was read. */
  durationMs: number
  /** `timeout` was over before it. */
  timedOut: boolean
  /** Its `signal` was aborted before it ended. */
  cancelled: boolean
  /** A signal of ours that asks it to end was delivered. */
  killed: boolean
  /** Something of its output was dropped. */
  truncated: boolean
  /** The largest resident set, only where it is known to be its own: above this process's largest at the start. */
  maxRssBytes: number | undefined
  /** Processor time of it and of the children that it waited for. */
  userMs: number
  systemMs: number
  /** What became of the runs whose output this one read, the first of the line first; with their `error` if they failed. */
  pipedFrom?: Result<Capture>[] | undefined
  /** An EPIPE error if input was left over when nobody read it any more. */
  stdinError: NodeJS.ErrnoException | undefined
  /** With `reject: false`: why it failed. */
  error?: RunError<Kind> | undefined
}

/**
 * Why a run failed. Also has the facts of its Result.
 *
 * `code` is `ERR_CHILD_PROCESS_FAILED` (another exit code than 0, or a signal), `ERR_CHILD_PROCESS_TIMEOUT`,
 * `ERR_CHILD_PROCESS_MEMORY_LIMIT`, `ERR_CHILD_PROCESS_STDIO_MAXBUFFER`, `ABORT_ERR` (then `name` is `'AbortError'` and `cause` the signal's reason), or, of
 * a process that could not be started, a system error's: `ENOENT`, `EACCES`, `E2BIG`, `EMFILE` with `errno`, `syscall`, `path`
 * and `spawnargs` as Node's. The message quotes the end of stderr.
 */
export class RunError<Kind extends Capture = Capture> extends Error {
  private constructor()
  code: string
  /** The command as a person would write it. */
  command: string
  errno?: number
  syscall?: string
  path?: string
  spawnargs?: string[]
  exitCode: number | null
  signal: NodeJS.Signals | null
  stdout: Captured<Kind>
  stderr: Captured<Kind>
  pid: number | undefined
  durationMs: number
  timedOut: boolean
  cancelled: boolean
  killed: boolean
  truncated: boolean
  maxRssBytes: number | undefined
  userMs: number
  systemMs: number
  stdinError: NodeJS.ErrnoException | undefined
  pipedFrom?: Result<Capture>[] | undefined
}

/**
 * A run: a promise of its Result.
 *
 * It keeps the event loop alive until it is over. It is over when the process has ended and its pipes have, too, as
 * with Node's `'close'`; one that was killed is over as soon as it has ended itself.
 *
 * A run ends with its thread: when a worker is terminated its processes are killed. On `process.exit()` and at an
 * uncaught exception those that still run get their `killSignal`; a signal that kills this process reaches them only with
 * `dieWithParent`. Detached runs live on.
 */
export interface RunningProcess<Kind extends Capture = 'text'>
  extends Promise<Result<Kind>>,
    AsyncIterable<string>,
    AsyncDisposable {
  /** undefined until the process runs, which `spawned` tells. */
  readonly pid: number | undefined
  /** Resolves when the process runs; rejects if it could not be started. */
  readonly spawned: Promise<void>
  /** What is executed, and its argv, as Node's ChildProcess has them. */
  readonly spawnfile: string
  readonly spawnargs: string[]
  /** A Writable with `stdin: 'pipe'`, else null. An EPIPE is reported by the Result; it is never uncaught. */
  readonly stdin: Writable | null
  /**
   * Sends a signal (with `killTree`, to all of the tree). SIGTERM, the run's `killSignal` and SIGKILL ask for its end: a process
   * that is still there after `gracePeriodMs` is forced, and one that has not been started yet never is.
   * @param signal Default: the run's `killSignal`. 0 only asks whether it is there.
   * @returns false if the process is gone
   */
  kill(signal?: NodeJS.Signals | number): boolean
  /** {@link killTree} of it (0 only asks whether it is there), with its own `killSignal` and `gracePeriodMs`. */
  killTree(signal?: NodeJS.Signals | number): Promise<boolean>
  /**
   * Starts a program that reads what this one writes to stdout, which is then not kept; native threads carry it. Call it in
   * the expression that calls `run()`. The next run is over when both are; its Result has `pipedFrom`. It fails if either
   * failed, unless the first only found that nobody reads it any more (SIGPIPE). Takes what `run` takes, the defaults of
   * the `run` that made this one too, but no `input` and no `stdin`.
   *
   * Throws `ERR_CHILD_PROCESS_OUTPUT_UNAVAILABLE` when stdout goes elsewhere already, and what `run` throws.
   */
  pipe<Next extends Capture = 'text'>(
    file: string | URL,
    args?: readonly (string | number | bigint)[],
    options?: RunOptions<Next>
  ): RunningProcess<Next>
  pipe<Next extends Capture = 'text'>(file: string | URL, options: RunOptions<Next>): RunningProcess<Next>
  pipe(strings: TemplateStringsArray, ...values: TemplateValue[]): RunningProcess
  /**
   * The lines of stdout while it runs; the process waits when its reader does. stdout is then not kept. After the last
   * line it waits for the end and throws if the run failed. Leaving early kills the process and waits for that,
   * but not for others that hold its pipes.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<string>
  /** Kills it and waits until it is over, but not for others that hold its pipes. */
  [Symbol.asyncDispose](): Promise<void>
}

/** A value in a template: one argument or a part of one; an array is several. A Result stands for its `stdout`. */
export type TemplateValue =
  | string
  | number
  | bigint
  | Result<'text'>
  | readonly (string | number | bigint | Result<'text'>)[]

export interface Run<Default extends Capture = 'text'> {
  /**
   * Runs a program. Values, the working directory and the environment are taken when it is called; nothing of it runs on
   * this thread. With `capture: 'none'` the process is started once the caller has returned, with `process.env` as it is
   * then: reading it at the call would take longer than all the rest.
   *
   * Throws `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` (also for a NUL within a string), `ERR_OUT_OF_RANGE`,
   * `ERR_UNKNOWN_SIGNAL`, `ERR_CHILD_PROCESS_OPTION_UNSUPPORTED`, `ERR_ACCESS_DENIED` (Node's permission model); everything else
   * rejects with a RunError.
   * @param file a path, or a name that is looked for in the PATH of its environment
   */
  <Kind extends Capture = Default>(
    file: string | URL,
    args: readonly (string | number | bigint)[],
    options?: RunOptions<Kind>
  ): RunningProcess<Kind>
  <Kind extends Capture = Default>(file: string | URL, options?: RunOptions<Kind>): RunningProcess<Kind>
  /** Words are split at white space; there are no quotes. */
  (strings: TemplateStringsArray, ...values: TemplateValue[]): RunningProcess<Default>
  /**
   * The same, with this thread waiting for the end: the Result is returned, a RunError thrown. What needs the event loop
   * meanwhile throws `ERR_CHILD_PROCESS_OPTION_UNSUPPORTED`: `tee`, `stdin: 'pipe'`, `onOverflow: 'spill'`, an asynchronous
   * `input`. A `signal` that is not aborted yet is not heard.
   */
  sync: RunSync<Default>
  /** A `run` with other defaults. */
  with<Kind extends Capture = Default>(options: RunOptions<Kind>): Run<Kind>
}

export interface RunSync<Default extends Capture = 'text'> {
  <Kind extends Capture = Default>(
    file: string | URL,
    args: readonly (string | number | bigint)[],
    options?: RunOptions<Kind>
  ): Result<Kind>
  <Kind extends Capture = Default>(file: string | URL, options?: RunOptions<Kind>): Result<Kind>
  (strings: TemplateStringsArray, ...values: TemplateValue[]): Result<Default>
}

export const run: Run

/**
 * Asks a process and all that descends from it to end, kills what is left after the grace, and waits until it is gone.
 * It need not be a run. Descendants that were orphaned before are reached only of a run with `killTree`.
 *
 * Throws `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE`, `ERR_UNKNOWN_SIGNAL`, `ERR_ACCESS_DENIED`.
 * @param signal Default: `'SIGTERM'`. 0 only asks whether the process is there and may be signalled.
 * @param options.gracePeriodMs Milliseconds; `Infinity` never forces. Default: 5000.
 * @returns false if there was no such process that we may signal, or something of it cannot be killed
 *
 * @example
 * await killTree(child.pid, 'SIGTERM', { gracePeriodMs: 1000 })
 */
export function killTree(
  pid: number,
  signal?: NodeJS.Signals | number,
  options?: { gracePeriodMs?: number | undefined }
): Promise<boolean>
