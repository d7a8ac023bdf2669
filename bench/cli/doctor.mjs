// What the doctor costs a busy HTTP server. The plain one comes twice: how far the two are apart is noise.
import { fileURLToPath } from 'node:url'
import { served } from '../harness/busy-server.js'

const COMMAND = fileURLToPath(new URL('../../bin/ironloop.js', import.meta.url))

export default {
  title: 'processor time of a request to an HTTP server that the doctor watches',
  unit: 'us CPU',
  better: 'lower',
  rounds: 31,
  warmup: false,
  params: { requests: 100 },
  rows: [{ name: 'JSON of 100 objects', atLeast: { node: 1 / 1.03 } }],
  contenders: {
    ironloop: served([COMMAND, 'doctor']),
    node: served([]),
    'node again (noise)': { ...served([]), ratio: false },
  },
}
