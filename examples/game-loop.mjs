// Precise timers: a world that advances sixty times a second by the clock, however long a frame takes. Ticks that were
// missed are told to the next call, so the world is never behind.
//   node examples/game-loop.mjs [seconds]

import { setPreciseInterval, sleep } from 'ironloop/timers'

const PER_SECOND = 60
const seconds = Number(process.argv[2] ?? 2)

const world = { ticks: 0, frames: 0 }
const timer = setPreciseInterval(advance, 1000 / PER_SECOND, { missed: 'coalesce' })
await sleep(seconds * 1000)
timer.close()

console.log(`${world.ticks} ticks in ${world.frames} frames`)

/** @param {number} ticks */
function advance(ticks) {
  world.ticks += ticks
  // Every tenth frame is a heavy one and takes more than two ticks.
  if (++world.frames % 10 === 0) render(40)
}

/** @param {number} ms */
function render(ms) {
  const end = performance.now() + ms
  while (performance.now() < end);
}
