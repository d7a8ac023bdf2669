/**
 * Node's event-driven core with the metal in Rust.
 *
 * The root holds each module as a namespace; a module is loaded when it is first touched. `import { run } from
 * 'ironloop/child_process'` and the like load one module alone.
 */
import buffer = require('./types/buffer.js')
import child_process = require('./types/child_process.js')
import events = require('./types/events.js')
import loop = require('./types/loop.js')
import net = require('./types/net.js')
import pool = require('./types/pool.js')
import stream = require('./types/stream.js')
import timers = require('./types/timers.js')

export type { ErrorCode, IronloopError, IronloopErrorCode, NodeErrorCode } from './types/errors.js'
export { buffer, child_process, events, loop, net, pool, stream, timers }

/** The version of this package, as in its package.json. */
export const version: string

export interface Capabilities {
  /** `process.platform` */
  platform: NodeJS.Platform
  /** `process.arch` */
  arch: NodeJS.Architecture
  /** The C library that Node runs on; `undefined` where the platform has only one. */
  libc: 'glibc' | 'musl' | undefined
  /** Node's version, without the leading v. */
  node: string
  /** Which build of the native part is in use. */
  binding: {
    kind: 'native' | 'wasm' | 'none'
    /** The name that this platform's package ends in, such as `linux-x64-gnu`. */
    triple: string
    /** The file that was loaded, where `kind` is not `none`. */
    path: string | undefined
    /** Why it is not the native one, where `kind` is not `native`. */
    reason: string | undefined
  }
  /**
   * How native threads wake JavaScript: through a handle of Node's own loop, or through a thread-safe function where
   * the host lacks one (also forced by `IRONLOOP_WAKE=doorbell`). The WASM build has no threads, and is asked by
   * `setImmediate`. `undefined` without a binding.
   */
  wake: 'uv-async' | 'doorbell' | 'immediate' | undefined
  /**
   * How many threads pools and native work use by default: the processors that this process may use, within its
   * cgroup's CPU quota. The environment variable `IRONLOOP_CPUS` overrides it.
   */
  threads: number
  /** Per module, by which mechanism each of its promises is kept here; `{ error }` where that cannot be told. */
  modules: Record<string, Record<string, unknown>>
}

/**
 * What this installation can do on this machine. Loads the native binding to see; never throws.
 *
 * @example
 * const { capabilities } = require('ironloop')
 * const { binding, wake, threads } = capabilities()
 */
export function capabilities(): Capabilities
