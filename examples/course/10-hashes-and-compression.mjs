// A hash names content; a checksum finds accidents; compression makes it small. Large work goes off the loop.
import { blake3, crc32, gunzip, gzip, promises } from 'ironloop/buffer'

const bytes = Buffer.from('to be or not to be, '.repeat(1000))
console.log(crc32('123456789').toString(16)) // cbf43926
console.log(blake3('').slice(0, 16)) // af1349b9f5f9a1a6

const small = gzip(bytes)
console.log(small.length < bytes.length / 50) // true
console.log(bytes.equals(gunzip(small, { maxOutput: 1e6 }))) // true

const [one, other] = await Promise.all([promises.blake3(bytes), promises.blake3(bytes)])
console.log(one === other) // true
