import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'

import hashes from 'hash-wasm'

const blake = await hashes.createBLAKE3()

export const sha256 = (blob) => createHash('sha256').update(blob).digest('hex')
export const gzip = (blob) => gzipSync(blob)
export const blake3 = (blob) => blake.init().update(blob).digest('hex')
