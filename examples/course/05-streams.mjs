// Streams hand on pieces, and wait for whoever is slower: a gigabyte needs no gigabyte of memory.
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { compress, decompress, lines } from 'ironloop/stream'

function* log() {
  for (let number = 1; number <= 1000; number++) yield `${number} ${number % 10 === 0 ? 'ERROR' : 'ok'}\n`
}

let errors = 0
const count = new Writable({
  objectMode: true,
  write(batch, _encoding, done) {
    for (const line of batch) if (line.endsWith('ERROR')) errors++
    done()
  },
})
await pipeline(Readable.from(log()), compress('gzip'), decompress('gzip'), lines(), count)
console.log(errors) // 100
