// Listeners by pattern: concrete names are emitted, of which each is heard by two of three patterns.
const OPERATIONS = 100_000

const tallied = (tally) => (x) => {
  tally.sum += x
}

const contender = (load) => ({
  async setup({ names }) {
    const tally = { sum: 0 }
    const emitter = await load(tallied(tally))
    return { tally, emitter, all: Array.from({ length: names }, (_, at) => `order.${at}.paid`) }
  },
  run({ emitter, all }) {
    for (let at = 0, one = 0; at < OPERATIONS; at++) {
      emitter.emit(all[one], at)
      if (++one === all.length) one = 0
    }
  },
  answer(state) {
    this.run(state)
    return state.tally.sum
  },
})

export default {
  title: 'emit to listeners by pattern',
  unit: 'ns',
  better: 'lower',
  mode: 'nanoseconds',
  params: { operations: OPERATIONS },
  rows: [
    { name: '1 name', names: 1, atLeast: { eventemitter2: 20 } },
    { name: '100 names', names: 100, atLeast: { eventemitter2: 20 } },
    { name: '20,000 names, more than are cached', names: 20_000, slow: true },
  ],
  contenders: {
    ironloop: contender(async (listener) => {
      const EventEmitter = (await import('ironloop/events')).default
      const emitter = new EventEmitter()
      for (const pattern of ['order.*.paid', 'order.>', 'user.*']) emitter.onPattern(pattern, listener)
      return emitter
    }),
    eventemitter2: contender(async (listener) => {
      const { EventEmitter2 } = (await import('eventemitter2')).default
      const emitter = new EventEmitter2({ wildcard: true })
      for (const pattern of ['order.*.paid', 'order.**', 'user.*']) emitter.on(pattern, listener)
      return emitter
    }),
  },
}
