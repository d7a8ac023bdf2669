// A child that receives: adds up what comes, and answers after so many with the sum.
import { tally } from '../bus/peers/payloads.js'

const [, , payload, count, base64] = process.argv
const add = tally({ payload, count: Number(count) }, (checksum) => process.send(checksum))

process.on('message', base64 === 'base64' ? (text) => add(Buffer.from(text, 'base64')) : add)
process.on('binary', add)
process.on('disconnect', () => process.exit())
process.send('ready')
