import buffer from '../lib/buffer/index.js'

export default buffer
export const { MultiFinder, blake3, countByte, crc32, crc32c, newlineOffsets, promises, xxh3, xxh64 } = buffer
