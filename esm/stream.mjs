import stream from '../lib/stream/index.js'

export default stream
export const { compress, decompress, frames, hash, lines, search } = stream
