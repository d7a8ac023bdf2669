// What emitters do all day, in nanoseconds per operation. Listeners are functions of their own in the source, as in
// programs, and count what they get, so that no contender may leave one out.
const OPERATIONS = 100_000
const EMITTERS = 10_000

/** Ten different functions, not ten closures of one: V8 tells them apart as it does a program's. */
function listenersOn(tally) {
  return [
    (x) => {
      tally.sum += x
    },
    (x) => {
      tally.sum += x + 1
    },
    (x) => {
      tally.sum += x + 2
    },
    (x) => {
      tally.sum += x + 3
    },
    (x) => {
      tally.sum += x + 4
    },
    (x) => {
      tally.sum += x + 5
    },
    (x) => {
      tally.sum += x + 6
    },
    (x) => {
      tally.sum += x + 7
    },
    (x) => {
      tally.sum += x + 8
    },
    (x) => {
      tally.sum += x + 9
    },
  ]
}

/** Each kind of work: from a class and listeners to the function that does it once `OPERATIONS` times over. */
const works = {
  emit(Emitter, listeners, { count, event = 'x' }) {
    const emitter = new Emitter()
    emitter.setMaxListeners?.(100)
    for (let at = 0; at < count; at++) emitter.on(event, listeners[at % 10])
    if (count === 0) emitter.on('another', listeners[0])
    return () => {
      for (let at = 0; at < OPERATIONS; at++) emitter.emit('x', at)
    }
  },
  emitMany(Emitter, listeners, { count }) {
    const emitters = Array.from({ length: EMITTERS }, () => {
      const emitter = new Emitter()
      for (let at = 0; at < count; at++) emitter.on('x', listeners[at])
      return emitter
    })
    return () => {
      for (let at = 0, one = 0; at < OPERATIONS; at++) {
        emitters[one].emit('x', at)
        if (++one === EMITTERS) one = 0
      }
    }
  },
  emitNames(Emitter, listeners, { names }) {
    const emitter = new Emitter()
    const all = Array.from({ length: names }, (_, at) => `event ${at}`)
    for (const [at, name] of all.entries()) emitter.on(name, listeners[at % 10])
    return () => {
      for (let at = 0, one = 0; at < OPERATIONS; at++) {
        emitter.emit(all[one], at)
        if (++one === names) one = 0
      }
    }
  },
  onceEmit(Emitter, [listener, other], { beside }) {
    const emitter = new Emitter()
    if (beside) emitter.on('another', other)
    return () => {
      for (let at = 0; at < OPERATIONS; at++) {
        emitter.once('x', listener)
        emitter.emit('x', at)
      }
    }
  },
  onceEmitNames(Emitter, [listener], { operations }) {
    const emitter = new Emitter()
    let id = 0
    return () => {
      for (let at = 0; at < operations; at++) {
        const name = `reply:${id++}`
        emitter.once(name, listener)
        emitter.emit(name, at)
      }
    }
  },
  onOff(Emitter, [listener, other], { beside, count = 0 }) {
    const emitter = new Emitter()
    if (beside) emitter.on('another', other)
    for (let at = 0; at < count; at++) emitter.on('x', other)
    return () => {
      for (let at = 0; at < OPERATIONS; at++) {
        emitter.on('x', listener)
        emitter.off('x', listener)
      }
    }
  },
  create(Emitter, [listener]) {
    return () => {
      for (let at = 0; at < OPERATIONS; at++) {
        const emitter = new Emitter()
        emitter.on('x', listener)
        emitter.emit('x', at)
      }
    }
  },
}

const contender = (load) => ({
  async setup(params) {
    const tally = { sum: 0 }
    return { tally, work: works[params.work](await load(), listenersOn(tally), params) }
  },
  run: ({ work }) => work(),
  answer({ tally, work }) {
    work()
    return tally.sum
  },
})

export default {
  title: 'one emitter at work: emit, on, off, once, new',
  unit: 'ns',
  better: 'lower',
  mode: 'nanoseconds',
  params: { operations: OPERATIONS },
  rows: [
    { name: 'emit, no listener', work: 'emit', count: 0, atLeast: { 'node:events': 0.95 } },
    { name: 'emit, 1 listener', work: 'emit', count: 1, atLeast: { 'node:events': 0.9, eventemitter3: 0.9 } },
    { name: 'emit, 3 listeners', work: 'emit', count: 3, atLeast: { 'node:events': 0.95, eventemitter3: 0.9 } },
    { name: 'emit, 10 listeners', work: 'emit', count: 10, atLeast: { 'node:events': 0.95, eventemitter3: 0.9 } },
    { name: 'emit, 3 listeners, 10,000 emitters', work: 'emitMany', count: 3, atLeast: { 'node:events': 1.2 } },
    { name: 'once + emit', work: 'onceEmit', atLeast: { 'node:events': 2, eventemitter3: 0.5 } },
    { name: 'on + off', work: 'onOff', atLeast: { 'node:events': 3, eventemitter3: 0.9 } },
    { name: 'new + on + emit', work: 'create', atLeast: { 'node:events': 0.95 } },
    { name: 'emit, 20 listeners', work: 'emit', count: 20, slow: true },
    { name: 'emit, 1 listener, 100 names', work: 'emitNames', names: 100, slow: true },
    { name: 'once + emit beside another event', work: 'onceEmit', beside: true, slow: true },
    { name: 'on + off beside another event', work: 'onOff', beside: true, slow: true },
    { name: 'on + off beside two listeners', work: 'onOff', count: 2, slow: true },
    // A microsecond each, names and their garbage included: with as many as elsewhere this row would take half of the time.
    { name: 'once + emit, a new name each time', work: 'onceEmitNames', operations: 20_000, slow: true },
  ],
  contenders: {
    ironloop: contender(async () => (await import('ironloop/events')).default),
    'node:events': contender(async () => (await import('node:events')).default),
    eventemitter3: contender(async () => (await import('eventemitter3')).default),
    // Compiles dispatchers from strings, and is no drop-in: 'error', `this` and the order of calls differ.
    tseep: contender(async () => (await import('tseep')).EventEmitter),
  },
}
