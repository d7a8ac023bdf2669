import ironloop from '../lib/index.js'

export const { buffer, capabilities, child_process, events, net, pool, stream, timers, version } = ironloop
export default ironloop
