// What a turn of the loop costs more while it is watched, or kept account of. Two loops in worker threads, one watched and
// one not, take turns at turning by setImmediate, so that both meet the machine in all its moods; the difference of the
// best of each.
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

const LOOP = fileURLToPath(new URL('cost.worker.mjs', import.meta.url))
/** So few that a window lasts about a millisecond: most are disturbed by nothing. */
const TURNS = 1000
const RUNS = 400

async function start(workerData) {
  const worker = new Worker(LOOP, { workerData })
  await once(worker, 'message')
  return worker
}

/** Nanoseconds of a turn. */
async function turn(worker) {
  worker.postMessage(TURNS)
  const [nanoseconds] = await once(worker, 'message')
  return nanoseconds
}

const contender = (how) => ({
  setup: async (params) => [await start({}), await start(how(params))],
  async measure([plain, watched]) {
    let [least, leastWatched] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let run = 0; run < RUNS; run++) {
      least = Math.min(least, await turn(plain))
      leastWatched = Math.min(leastWatched, await turn(watched))
    }
    return leastWatched - least
  },
  teardown: (workers) => Promise.all(workers.map((worker) => worker.terminate())),
})

export default {
  title: 'what watching the loop costs in each of its turns',
  unit: 'ns a turn',
  better: 'lower',
  mode: 'alternating',
  rounds: 3,
  warmup: false,
  rows: [
    { name: 'watch()', watched: true, limit: 250 },
    { name: 'stats()', accounted: true, limit: 250 },
    { name: 'both', watched: true, accounted: true, limit: 250 },
  ],
  contenders: {
    ironloop: contender(({ accounted, watched }) => ({ accounted, watched })),
    'node:perf_hooks monitorEventLoopDelay': { ...contender(() => ({ delays: true })), ratio: false },
    'nothing (noise)': { ...contender(() => ({})), ratio: false },
  },
}
