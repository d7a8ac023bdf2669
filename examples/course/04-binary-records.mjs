// Files and protocols are records of fixed layout: numbers of a width, a sign and a byte order, text of a length.
import { compileStruct } from 'ironloop/buffer'

const reading = compileStruct({
  fields: { sensor: 'uint16be', celsius: 'floatle', place: { type: 'utf8', length: 6 } },
})
const bytes = reading.pack([
  { sensor: 258, celsius: 21.5, place: 'attic' },
  { sensor: 259, celsius: 12.25, place: 'cellar' },
])
console.log(reading.size, bytes.length) // 12 24
console.log(bytes.toString('hex', 0, 2)) // 0102
console.log(reading.read(bytes, 12).place) // cellar
console.log(reading.columns(bytes).celsius) // Float32Array(2) [ 21.5, 12.25 ]
