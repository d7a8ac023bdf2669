// What an emitter with its listeners keeps on the heap. The listeners themselves are shared by all.
const COUNT = 20_000
const listeners = Array.from({ length: 10 }, (_, at) => () => at)

function used() {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const contender = (load) => ({
  async setup({ names }) {
    const Emitter = await load()
    return () => {
      const emitter = new Emitter()
      for (const [at, name] of names.entries()) emitter.on(name, listeners[at])
      return emitter
    }
  },
  measure(make) {
    const all = Array(COUNT).fill(undefined)
    const before = used()
    for (let at = 0; at < COUNT; at++) all[at] = make()
    return (used() - before) / all.length
  },
})

const row = (name, names) => ({ name, names, atLeast: { 'node:events': 1 } })

export default {
  title: 'memory of an emitter',
  unit: 'bytes',
  better: 'lower',
  mode: 'alternating',
  rounds: 5,
  rows: [
    row('no listener', []),
    row('1 listener', ['a']),
    row('3 listeners', ['a', 'a', 'a']),
    row('10 listeners', Array(10).fill('a')),
    row('3 events', ['a', 'b', 'c']),
    row('8 events', [...'abcdefgh']),
  ],
  contenders: {
    ironloop: contender(async () => (await import('ironloop/events')).default),
    'node:events': contender(async () => (await import('node:events')).default),
    eventemitter3: contender(async () => (await import('eventemitter3')).default),
    tseep: contender(async () => (await import('tseep')).EventEmitter),
  },
}
