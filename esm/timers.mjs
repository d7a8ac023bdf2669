import timers from '../lib/timers/index.js'

export default timers
export const { setPreciseInterval, setPreciseTimeout, sleep } = timers
