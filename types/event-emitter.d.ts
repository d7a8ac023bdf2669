/** The class that `ironloop/events` exports: Node's EventEmitter, with the same methods, and three more. */
import NodeEvents = require('node:events')

/** Node's emitters, without the properties of Node's class: those of ours are its own. */
declare const NodeEmitter: new <Events extends EventEmitter.EventMap<Events>>(
  options?: EventEmitter.Options
) => NodeEvents<Events>

/**
 * A drop-in for the class that `node:events` exports: the same methods and properties, the same order of calls, the
 * same errors and warnings, and `instanceof` in both directions. It can be called without `new`, extended, and mixed
 * into other objects. It is dispatched in JavaScript and faster than Node's; docs/events.md has the figures.
 *
 * @typeParam Events What each event carries, as with Node's own types. Names that are not in it take any arguments.
 *
 * @example
 * const orders = new EventEmitter<{ paid: [id: number, total: number]; closed: [] }>()
 *
 * orders.on('paid', (id, total) => console.log(id, total))
 * orders.emit('paid', 7, 99.5)
 */
declare class EventEmitter<Events extends EventEmitter.EventMap<Events> = any> extends NodeEmitter<Events> {
  /**
   * @param options `captureRejections`: a promise that a listener returns and that rejects becomes an `'error'` event.
   *   Default: `EventEmitter.captureRejections`, which is `false`.
   */
  constructor(options?: EventEmitter.Options)

  /**
   * Calls `listener` for each event whose name matches the pattern, with the arguments of `emit()` and, after them, the
   * name. Patterns are those of the Bus: tokens between dots, `*` for one token and, as the last, `>` for one or more.
   *
   * Listeners by name are called first, then those by pattern in the order in which they were added. `emit()` returns
   * `true` if there was any. Names with an empty token (`a..b`), symbols, `'newListener'` and `'removeListener'` match
   * no pattern, and an `'error'` that only a pattern matches is thrown as one that nobody listens to. Pattern
   * listeners are not among `listeners()`, `listenerCount()` and `eventNames()`. `removeAllListeners()` without a name
   * removes them.
   *
   * What matches is looked up once per name and kept for the last few thousand names. The first call gives this emitter
   * an `emit` of its own; other emitters are not slowed down.
   *
   * Throws `ERR_EVENTS_INVALID_TOPIC` for what is not a pattern and `ERR_INVALID_ARG_TYPE`.
   *
   * @example
   * orders.onPattern('order.*.paid', (total, name) => console.log(name, total))
   * orders.emit('order.7.paid', 99.5) // order.7.paid 99.5
   */
  onPattern(pattern: string, listener: (this: this, ...args: any[]) => void): this

  /**
   * Removes a listener that `onPattern()` has added with this very pattern; of several the one that was added last.
   *
   * Throws as `onPattern()`.
   */
  offPattern(pattern: string, listener: (this: this, ...args: any[]) => void): this

  /**
   * How often each event was emitted since counting began, which it does with the first call. Of names beyond the first
   * 10,000 nothing is counted. An emitter that was never asked counts nothing and is not slowed down.
   *
   * Throws `ERR_INVALID_ARG_TYPE`.
   *
   * @example
   * queue.metrics() // counting begins
   * // later
   * console.table(queue.metrics()) // { job: { emitted: 812, unheard: 0, listeners: 2 } }
   */
  metrics(options?: EventEmitter.MetricsOptions): Record<string | symbol, EventEmitter.EventCounts | undefined>

  /**
   * Resolves with the arguments of the next such event that passes the filter.
   *
   * Rejects with `ERR_EVENTS_WAIT_TIMEOUT`, with an `AbortError` whose cause is the signal's reason, with what an
   * `'error'` event meanwhile carries (unless that is what is waited for), with what the filter throws, and with
   * `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE` for options. Only a timeout keeps the process alive.
   *
   * @example
   * const [id] = await orders.waitFor('paid', { filter: (id) => id === 7, timeout: 5000 })
   */
  waitFor<Name extends keyof Events>(
    event: Name,
    options?: EventEmitter.WaitForOptions<EventEmitter.Arguments<Events, Name>>
  ): Promise<EventEmitter.Arguments<Events, Name>>
  waitFor(event: string | symbol, options?: EventEmitter.WaitForOptions<any[]>): Promise<any[]>
}

declare namespace EventEmitter {
  /** Event names and the arguments that each event carries. */
  type EventMap<Events> = Record<keyof Events, any[]>

  /** What `Events` says that this event carries; anything where it is `any`. */
  type Arguments<Events, Name extends keyof Events> = 0 extends 1 & Events
    ? any[]
    : Events[Name] extends any[]
      ? Events[Name]
      : any[]

  interface Options {
    captureRejections?: boolean | undefined
  }

  interface EventCounts {
    /** How often it was emitted. */
    emitted: number
    /** How often nobody listened. */
    unheard: number
    /** How many listen to it by its name now. */
    listeners: number
  }

  interface MetricsOptions {
    /** `false` ends counting and forgets the counts after returning them. Default: `true`. */
    enabled?: boolean | undefined
  }

  interface WaitForOptions<Args extends any[] = any[]> {
    /** Gets the event's arguments; what it returns decides whether this is the event. Default: any event is. */
    filter?: ((...args: Args) => unknown) | undefined
    /** Milliseconds until it rejects; 0 to 2,147,483,647. Default: 0, which is none. */
    timeout?: number | undefined
    signal?: AbortSignal | undefined
  }
}

export = EventEmitter
