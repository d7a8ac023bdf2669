// Work that computes would stop the loop: worker threads do it, and the loop goes on turning.
import { fileURLToPath } from 'node:url'
import { isWorkerThread, Pool } from 'ironloop/pool'

/** Runs in a worker: this file is its module, too. @param {number} most */
export default function countPrimes(most) {
  let count = 0
  for (let number = 2; number <= most; number++) {
    let prime = true
    for (let by = 2; prime && by * by <= number; by++) prime = number % by !== 0
    if (prime) count++
  }
  return count
}

if (!isWorkerThread) {
  let turns = 0
  const clock = setInterval(() => turns++, 1)
  const pool = new Pool({ filename: fileURLToPath(import.meta.url), maxThreads: 2 })
  console.log(await Promise.all([pool.run(100), pool.run(1_000_000)])) // [ 25, 78498 ]
  clearInterval(clock)
  console.log(turns > 0) // true
  await pool.close()
}
