'use strict'

// An ironloop Pool runs the files; what its workers find comes over the Bus, beside the results.

const { join } = require('node:path')
const { Bus } = require('ironloop/events')
const { Pool } = require('ironloop/pool')

const FILES_IN_FLIGHT_PER_WORKER = 64
const BUS_NAME = 'xray'

/** @param {import('./engine').CrewOptions} options @returns {import('./engine').Crew} */
function openCrew({ root, threads, onFinding }) {
  const bus = Bus.open(BUS_NAME)
  bus.subscribe('found.*', onFinding)
  const pool = new Pool({
    filename: join(__dirname, 'worker-ironloop.js'),
    minThreads: threads,
    maxThreads: threads,
    workerData: { root, busName: BUS_NAME },
  })
  return {
    limit: threads * FILES_IN_FLIGHT_PER_WORKER,
    examine: (path) => pool.run(path),
    estimate: (path) => pool.run(path, { name: 'estimate' }),
    async close() {
      await pool.destroy()
      bus.close()
    },
  }
}

module.exports = { openCrew }
