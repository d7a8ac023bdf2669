/**
 * Everything that `node:events` exports, and the Bus: topics that all threads of the process share.
 *
 * @example
 * const { Bus } = require('ironloop/events')
 *
 * const bus = Bus.open('orders') // the same Bus in every thread that opens this name
 * bus.subscribe('order.*.paid', (order, topic) => console.log(topic, order.total))
 * bus.publish('order.42.paid', { total: 99.5 })
 */
import NodeEvents = require('node:events')
import Emitter = require('./event-emitter.js')

/** The class EventEmitter, with everything of `node:events` as its properties; `instanceof` holds in both directions. */
declare class events<Events extends Emitter.EventMap<Events> = any> extends Emitter<Events> {}

declare namespace events {
  const EventEmitter: typeof events
  type EventEmitter<Events extends Emitter.EventMap<Events> = any> = events<Events>

  type EventMap<Events> = Emitter.EventMap<Events>
  type EventCounts = Emitter.EventCounts
  type MetricsOptions = Emitter.MetricsOptions
  type WaitForOptions<Args extends any[] = any[]> = Emitter.WaitForOptions<Args>
  export import EventEmitterAsyncResource = NodeEvents.EventEmitterAsyncResource
  const addAbortListener: typeof NodeEvents.addAbortListener
  const captureRejectionSymbol: typeof NodeEvents.captureRejectionSymbol
  let captureRejections: typeof NodeEvents.captureRejections
  let defaultMaxListeners: typeof NodeEvents.defaultMaxListeners
  const errorMonitor: typeof NodeEvents.errorMonitor
  const getEventListeners: typeof NodeEvents.getEventListeners
  const getMaxListeners: typeof NodeEvents.getMaxListeners
  /** Of Node's, which does not document it. */
  function init(this: NodeEvents, options?: { captureRejections?: boolean }): void
  const listenerCount: typeof NodeEvents.listenerCount
  const on: typeof NodeEvents.on
  const once: typeof NodeEvents.once
  const setMaxListeners: typeof NodeEvents.setMaxListeners
  /** Of Node's, which does not document it. */
  let usingDomains: boolean

  interface BusOpenOptions {
    /**
     * How many bytes of messages a subscription of this handle may have waiting: see `SubscribeOptions`. The first
     * `open` of a name in a thread decides. Default: 64 MiB.
     */
    maxQueuedBytes?: number | undefined
    /** `'thread'`: a Bus of this thread only, whatever others open by this name. Default: `'process'`. */
    scope?: 'process' | 'thread' | undefined
    /**
     * Makes the Bus remember messages for subscriptions with `replay`. The first handle of any thread that asks
     * decides how much, for as long as a handle is open. Default: nothing is remembered.
     */
    replay?: ReplayOptions | undefined
    /** Values that travel with messages. The first `open` of a name in a thread decides. Default: none. */
    context?: BusContext | undefined
  }

  /** Beyond `bytes` or `topics`, the oldest messages of all are forgotten first. */
  interface ReplayOptions {
    /** The most messages of one topic. Default: 100. */
    messages?: number | undefined
    /** The most bytes of all messages, counted as queues count them. Default: 1 MiB. */
    bytes?: number | undefined
    /** The most topics. Default: 1,024. */
    topics?: number | undefined
  }

  /**
   * Carries chosen values from who publishes to who listens, such as a request id in an AsyncLocalStorage. Each thread
   * gives its own functions: `capture` runs in `publish()` and `request()`, what it returns is cloned with the message;
   * `restore` is called with it around the listener, where it has to call `next()` and return what that returned. A
   * listener of batches and a stream are not called through it. An error of `restore` counts as the listener's.
   *
   * @example
   * Bus.open('orders', {
   *   context: {
   *     capture: () => storage.getStore(),
   *     restore: (store, next) => storage.run(store, next),
   *   },
   * })
   */
  interface BusContext<Context = any> {
    capture?: (() => Context) | undefined
    restore?: ((context: Context, next: () => unknown) => unknown) | undefined
  }

  interface SubscribeOptions {
    /**
     * The listener gets arrays of messages, as many as have arrived and at most 1,024, instead of one message at a
     * time. Default: `false`.
     */
    batch?: boolean | undefined
    /**
     * Each message goes to one of the subscriptions of this group that match it, in whatever threads they are: to the
     * one with the least waiting. What a member had waiting when it left goes to the others. Default: no group.
     */
    group?: string | undefined
    /**
     * The queue is full once its messages take this many bytes: a number 8, a character of text 1 (2 if any character
     * that is published with it is beyond U+00FF), bytes 1, and 16 to 24 for each message. It takes a message while it
     * holds less. Default: the Bus's.
     */
    maxQueuedBytes?: number | undefined
    /**
     * What happens with a message for a full queue. `'drop-oldest'` and `'drop-newest'` are told by the Bus's
     * `'overflow'` event. `'error'` ends the subscription: what waits is still delivered, then `'error'` gets
     * `ERR_EVENTS_QUEUE_OVERFLOW`. Default: `'drop-oldest'`.
     */
    overflow?: 'drop-oldest' | 'drop-newest' | 'error' | undefined
    /**
     * First delivers what the Bus remembers of matching topics (see `BusOpenOptions.replay`), in the order of
     * publishing, then what comes: each message once. A number: at most so many messages of each topic. In a group,
     * it is this member that gets them. Default: `false`.
     */
    replay?: boolean | number | undefined
    /** Whether nextTicks and microtasks run after a batch of messages or after each. Default: `'batch'`. */
    microtasks?: 'batch' | 'each' | undefined
    /** Ends the subscription when it is aborted. */
    signal?: AbortSignal | undefined
  }

  interface MessageMeta {
    /** The thread that published it, as `worker_threads.threadId`. */
    threadId: number
    /**
     * Its number among the messages that this thread published through its handle, from 0 on, modulo 2^32. One that is
     * missing was on another topic, or was lost to the bound of the queue.
     */
    sequence: number
  }

  interface RequestMeta extends MessageMeta {
    /** What is transferred with the answer: put it in before the handler's result is there. Empty at first. */
    transferList: import('node:worker_threads').Transferable[]
  }

  interface Message<Payload = any> {
    payload: Payload
    topic: string
    meta: MessageMeta
  }

  interface Subscription {
    readonly pattern: string
    readonly group: string | undefined
    /** Messages that it has lost to its bound. */
    readonly dropped: number
    /** Messages that wait in its queue; those that are being delivered in this turn are not among them. */
    readonly queued: number
    /** Ends it. No message is delivered afterwards, also where it is called in the middle of a delivery. */
    unsubscribe(): void
    /** Keeps the process alive for it, as from the start. */
    ref(): this
    /** Lets the process end although it is there. */
    unref(): this
    [Symbol.dispose](): void
  }

  interface RequestOptions {
    /** Milliseconds to wait for an answer, up to 2^31 - 1. Default: 30,000. */
    timeoutMs?: number | undefined
    /** Ends the wait with an `AbortError`. */
    signal?: AbortSignal | undefined
    /** What is transferred with the question; exactly one subscription must match then. Default: none. */
    transferList?: readonly import('node:worker_threads').Transferable[] | undefined
  }

  /** Messages as they are asked for. Leaving a `for await` loop ends it, and so does `return()`. */
  interface Stream<Payload = any> extends AsyncIterable<Message<Payload>> {
    next(): Promise<IteratorResult<Message<Payload>, undefined>>
    return(): Promise<IteratorResult<Message<Payload>, undefined>>
    [Symbol.asyncIterator](): Stream<Payload>
    [Symbol.asyncDispose](): Promise<void>
  }

  interface BusStats {
    /** Messages published through this handle. */
    published: number
    /** Messages that this thread has taken for its subscriptions. */
    delivered: number
    /** Messages that this handle's subscriptions have lost to their bounds. */
    dropped: number
    /** Messages and bytes in the queues of this handle's subscriptions. */
    queued: number
    queuedBytes: number
    /** Subscriptions of all threads. */
    subscriptions: number
    /** Topics that have been published on; those beyond 65,536 are not counted. */
    topics: number
  }

  /**
   * This thread's handle of a Bus. All handles of a name, in all threads of the process, are one Bus.
   *
   * **Topics** are tokens between dots: `order.42.paid`. Patterns take `*` for one token and, as the last, `>` for one
   * or more. White space, control characters and more than 4,096 bytes are not valid (`ERR_EVENTS_INVALID_TOPIC`).
   * Topics whose first token is `$ironloop` carry native news: wildcards in first place do not match them, and users
   * cannot publish on them. It does not pass through the loop of the thread it is about (`meta.threadId`), which may be
   * blocked. What there is:
   *
   * - `$ironloop.bus.joined`, `$ironloop.bus.left` `{ threadId }`: a thread has opened this Bus or has closed it, also by
   *   being terminated;
   * - `$ironloop.child_process.exit` `{ pid, exitCode, signal }`: a child that a thread of this process has started by
   *   `ironloop/child_process` has ended (of `spawn`, `exec`, `execFile`, `fork`: on Linux only);
   * - `$ironloop.pool.started`, `$ironloop.pool.exited` `{ threadId, pool }`: a worker of a pool; pools are numbered;
   * - `$ironloop.loop.blocked` `{ threadId, blockedMs, cause, ended }`, with `stack` or `stackMissing`: a loop that `ironloop/loop` watches;
   * - `$ironloop.pool.progress`: what a pool's task has passed to `emit()`, except what travels by a MessagePort.
   *
   * **Values** are captured by `publish()`: what is changed afterwards is not seen. They are cloned as by
   * `structuredClone`, with these differences: a Buffer arrives as a Buffer, and an error keeps its name, code and own
   * fields (those that can be cloned). A view travels without the rest of its ArrayBuffer. Objects within each other
   * may be 1,500 levels deep. Each receiver gets a value of its own; a
   * Buffer or string that is kept keeps up to 64 KB around it alive. A Buffer of 16 KB and more is copied once, by
   * `publish()`, where one subscription gets it; every further one gets a copy.
   *
   * What only `postMessage` carries (SharedArrayBuffer, Blob, KeyObject, WebAssembly.Module, and by `transferList`
   * MessagePort and all that can be transferred) goes by a channel beside the Bus, in its place in the order. All of the
   * value is then cloned as `postMessage` does it, once for each subscription that matches at the time; it is not
   * replayed, and its size counts for no bound. A SharedArrayBuffer is shared with all who get it.
   *
   * **The process** stays alive while a subscription of any of its threads is ref'd, as they are from the start: a
   * worker's keeps the worker, and through it the process. `unref()`, `unsubscribe()` and `close()` end that.
   *
   * **Tracing**: `request()` publishes on the tracing channel `ironloop:events:request` of `node:diagnostics_channel`,
   * with `{ bus, topic, payload }`, and `result` or `error` when it is settled.
   *
   * **Order** is kept per publishing handle within each subscription. Nothing is said about messages of different threads,
   * nor about two subscriptions: each has a queue of its own, and what one thread publishes on `a` and then on `b` may
   * reach a subscription to `b` before one to `a`. Subscribe once, to a pattern that covers both, where that matters.
   * Delivery is never inside `publish()`. A listener that throws or rejects costs no other its message: the error becomes the `'error'` event of
   * its Bus, and is uncaught where nobody listens to that.
   *
   * Events: `'error'` (error, { subscription }) and `'overflow'` ({ subscription, dropped }), where `subscription` is a
   * Subscription or Stream, and `dropped` counts the messages lost since the last such event.
   *
   * @example
   * // worker.js
   * const bus = Bus.open('jobs')
   * bus.subscribe('job.*', run, { group: 'workers' }) // each job to one worker
   *
   * // main.js
   * for (const job of jobs) {
   *   if (!bus.publish('job.new', job)) await bus.drain()
   * }
   */
  class Bus<Topics extends Record<string, any> = Record<string, any>> extends NodeEvents {
    private constructor()

    /**
     * This thread's handle of the Bus of this name; the same object until it is closed.
     *
     * Throws `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` and `ERR_OUT_OF_RANGE` for arguments, and
     * `ERR_NATIVE_BINDING_MISSING`.
     * @param name Default: `'default'`.
     */
    static open<Topics extends Record<string, any> = Record<string, any>>(
      name?: string,
      options?: BusOpenOptions
    ): Bus<Topics>

    readonly name: string

    /**
     * Publishes a message to all subscriptions, in all threads, whose pattern matches the topic, this thread's too.
     *
     * A message is handed over at once; one that comes within 20 microseconds of another together with those that follow
     * it, at the end of the current operation (`process.nextTick`), when 60 KB have come together, and when a worker exits.
     *
     * With a `transferList` exactly one subscription must match, of groups all members counted: `ERR_EVENTS_NO_SUBSCRIBERS`
     * is thrown where none does, `DataCloneError` where several do, and nothing is transferred then.
     *
     * Throws `ERR_EVENTS_INVALID_TOPIC`, `DataCloneError` and `ERR_EVENTS_BUS_CLOSED`.
     * @returns `false`: a queue is full. The message was published; wait for `drain()` before the next one if none
     *   shall be lost.
     */
    publish<Topic extends keyof Topics & string>(
      topic: Topic,
      payload: Topics[Topic],
      options?: { transferList?: readonly import('node:worker_threads').Transferable[] | undefined }
    ): boolean

    /**
     * Calls `listener`, with this Bus as `this`, for each message whose topic matches, beginning with what is handed
     * over from now on. It runs in the AsyncLocalStorage context of this call; what a listener sets there by
     * `enterWith()` holds for the messages that are delivered together with its own.
     *
     * Throws `ERR_EVENTS_INVALID_TOPIC`, `ERR_EVENTS_BUS_CLOSED`, and Node's codes for arguments. A signal that is
     * aborted already gives a subscription that has ended.
     */
    subscribe<Topic extends keyof Topics & string>(
      pattern: Topic,
      listener: (this: this, payload: Topics[Topic], topic: Topic, meta: MessageMeta) => void,
      options?: SubscribeOptions & { batch?: false | undefined }
    ): Subscription
    subscribe<Payload = Topics[string]>(
      pattern: string,
      listener: (this: this, payload: Payload, topic: string, meta: MessageMeta) => void,
      options?: SubscribeOptions & { batch?: false | undefined }
    ): Subscription
    subscribe<Payload = Topics[string]>(
      pattern: string,
      listener: (this: this, messages: Message<Payload>[]) => void,
      options: SubscribeOptions & { batch: true }
    ): Subscription

    /**
     * The messages whose topic matches, as an async iterable that begins with this call. Messages wait in the queue of
     * a subscription of its own, under its bound, until they are asked for; at most 64 KB are fetched ahead. A wait for
     * the next message keeps the process alive. With `overflow: 'error'` the loop ends with
     * `ERR_EVENTS_QUEUE_OVERFLOW`; with a signal, with an `AbortError`; with `close()`, as if all had been read.
     *
     * @example
     * for await (const { topic, payload } of bus.stream('order.>')) await store(topic, payload)
     */
    stream<Payload = Topics[string]>(
      pattern: string,
      options?: Omit<SubscribeOptions, 'batch' | 'microtasks'>
    ): Stream<Payload>

    /**
     * Publishes a message and waits for the first answer of those who `reply` to its topic.
     *
     * Rejects with what the replying handler threw, `ERR_EVENTS_NO_SUBSCRIBERS`, `ERR_EVENTS_REQUEST_TIMEOUT`,
     * `AbortError`, `ERR_EVENTS_BUS_CLOSED`, and what `publish()` throws. Keeps the process alive while it waits.
     *
     * @example
     * bus.reply('math.square', (n) => n * n, { group: 'math' }) // in any thread
     * await bus.request('math.square', 12) // 144
     */
    request<Answer = any>(topic: string, payload: unknown, options?: RequestOptions): Promise<Answer>

    /**
     * Subscribes with a handler whose result, or what it throws, is the answer to `request()`. Messages that were
     * published without a request do not reach it. With a `group`, one of its members answers.
     *
     * @example
     * bus.reply('channel.open', (_payload, _topic, { transferList }) => {
     *   const { port1, port2 } = new MessageChannel()
     *   serve(port1)
     *   transferList.push(port2)
     *   return port2
     * })
     */
    reply<Payload = any>(
      pattern: string,
      handler: (this: this, payload: Payload, topic: string, meta: RequestMeta) => unknown,
      options?: Omit<SubscribeOptions, 'batch'>
    ): Subscription

    /** Whether a subscription of any thread matches this topic. */
    hasSubscribers(topic: string): boolean

    /**
     * Resolves when the queue of every subscription of this Bus is at most half full. Rejects with an `AbortError`,
     * or with `ERR_EVENTS_BUS_CLOSED` if this handle is closed. Keeps the process alive while it waits.
     */
    drain(options?: { signal?: AbortSignal | undefined }): Promise<void>

    /**
     * Resolves when all messages published through this handle before have left the queues: taken by the threads that
     * receive them, or dropped. Rejects with `ERR_EVENTS_BUS_CLOSED`. Keeps the process alive while it waits.
     */
    flush(): Promise<void>

    stats(): BusStats

    /** `stats()` as OpenMetrics text, labelled with the names of the Bus and of the thread. */
    metrics(): string

    /** Ends this thread's handle and its subscriptions; what was published before still goes out. */
    close(): void
    [Symbol.dispose](): void
  }

  /** Listeners' arguments by event. */
  type SharedEvents = Record<string, any[]>

  /**
   * An EventEmitter that all threads share: what one thread emits reaches the listeners of all. Made on a Bus of its
   * own, so values, order and bounds are the Bus's; in particular `emit()` captures its arguments and returns before any
   * listener runs, each listener gets arguments of its own, and a listener that throws costs no other its event: its
   * error is uncaught in its thread. Listeners keep their thread alive, until `unref()`.
   *
   * @example
   * const jobs = SharedEmitter.open('jobs') // in any thread
   * jobs.on('done', (id, ms) => console.log(id, ms))
   * jobs.emit('done', 17, 3.5)
   */
  class SharedEmitter<Events extends SharedEvents = SharedEvents> {
    private constructor()

    /**
     * This thread's handle of the emitter of this name; the same object until it is closed.
     * @param name Default: `'default'`.
     */
    static open<Events extends SharedEvents = SharedEvents>(name?: string): SharedEmitter<Events>

    readonly name: string

    on<Event extends keyof Events & string>(event: Event, listener: (this: this, ...args: Events[Event]) => void): this

    /** For the next event that reaches this listener only; several threads may each get the same one. */
    once<Event extends keyof Events & string>(
      event: Event,
      listener: (this: this, ...args: Events[Event]) => void
    ): this

    /** Removes the listener of this thread that was added last, if there is one. */
    off<Event extends keyof Events & string>(event: Event, listener: (...args: Events[Event]) => void): this

    /**
     * Calls the listeners of all threads, later. Throws `DataCloneError`, `ERR_EVENTS_BUS_CLOSED`, and, for an `'error'`
     * that nobody listens to, that error.
     * @returns whether any thread listens.
     */
    emit<Event extends keyof Events & string>(event: Event, ...args: Events[Event]): boolean

    /** The listeners of all threads. */
    listenerCount(event: keyof Events & string): number

    /** Keeps this thread alive for its listeners, as from the start. */
    ref(): this
    /** Lets this thread end although it listens. */
    unref(): this

    /** Ends this thread's handle and its listeners; what was emitted before still goes out. */
    close(): void
    [Symbol.dispose](): void
  }
}

export = events
