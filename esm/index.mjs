import ironloop from '../lib/index.js'

export const { buffer, capabilities, child_process, events, loop, net, pool, stream, timers, version } = ironloop
export default ironloop
