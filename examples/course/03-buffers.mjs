// A Buffer is memory, not text: its length counts bytes, a slice is the same memory, an encoding makes characters of it.
import { Finder, toHex } from 'ironloop/buffer'

const bytes = Buffer.from('naïve café')
console.log('naïve café'.length, bytes.length) // 10 12

const slice = bytes.subarray(0, 2)
slice[0] = 'N'.charCodeAt(0)
console.log(bytes.toString()) // Naïve café

console.log(new Finder('caf').find(bytes)) // 7

// Into memory that is there already: nothing is allocated.
const digits = Buffer.alloc(16)
console.log(toHex(Buffer.from('ironloop'), digits), digits.toString()) // 16 69726f6e6c6f6f70
