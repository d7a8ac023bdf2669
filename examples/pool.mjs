// The Pool: prime numbers are counted in worker threads, while the main thread stays free; a task that takes too long
// is cancelled by its own deadline and harms no other.
//   node examples/pool.mjs

import { isWorkerThread, Pool } from 'ironloop/pool'

const MILLION = 1_000_000

/**
 * Runs in a worker: this file is its module, too.
 * @param {{ from: number, to: number }} range
 * @param {{ cancelled(): boolean }} context
 */
export default function countPrimes({ from, to }, { cancelled }) {
  let primes = 0
  for (let number = from; number < to && !cancelled(); number++) if (isPrime(number)) primes++
  return primes
}

/** @param {number} number */
function isPrime(number) {
  if (number < 4) return number > 1
  if (number % 2 === 0) return false
  for (let divisor = 3; divisor * divisor <= number; divisor += 2) if (number % divisor === 0) return false
  return true
}

/** @param {number} end @param {number} step */
function* ranges(end, step) {
  for (let from = 0; from < end; from += step) yield { from, to: from + step }
}

async function main() {
  const pool = new Pool({ filename: new URL(import.meta.url) })

  let primes = 0
  for await (const found of pool.map(ranges(MILLION, 50_000))) primes += found
  console.log(`${primes} prime numbers below a million, counted by ${pool.threads.length} threads`)

  try {
    await pool.run({ from: 0, to: Number.MAX_SAFE_INTEGER }, { timeout: 100 })
  } catch (error) {
    console.log(`the endless task was ended: ${/** @type {NodeJS.ErrnoException} */ (error).code}`)
  }
  console.log(`and the pool goes on: ${await pool.run({ from: 0, to: 100 })} prime numbers below a hundred`)
  await pool.close()
}

if (!isWorkerThread) await main()
