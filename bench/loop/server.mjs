// What watch() and stats() cost a busy HTTP server. The plain one comes twice: how far the two are apart is noise.
import { fileURLToPath } from 'node:url'
import { served } from '../harness/busy-server.js'

const WATCHED = fileURLToPath(new URL('server.worker.mjs', import.meta.url))

export default {
  title: 'processor time of a request to an HTTP server whose loop is watched and accounted for',
  unit: 'us CPU',
  better: 'lower',
  rounds: 31,
  warmup: false,
  params: { requests: 100 },
  rows: [{ name: 'watch() and stats()', atLeast: { node: 1 / 1.01 } }],
  contenders: {
    ironloop: served(['--import', WATCHED]),
    node: served([]),
    'node again (noise)': { ...served([]), ratio: false },
  },
}
