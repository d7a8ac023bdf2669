import loop from '../lib/loop/index.js'

export default loop
export const { blocked, metrics, stats, trace, watch } = loop
