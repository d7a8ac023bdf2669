import ironloop from '../lib/index.js'

export const { buffer, capabilities, child_process, events, net, pool, stream, version } = ironloop
export default ironloop
