// `npm test`: Jest and cargo test. `npm test -- bus` (any of Jest's arguments) runs that part of Jest alone.
// The last line is `N passed, N failed` over both.
import { Steps } from './steps.mjs'
import { cargoTest, jest } from './suites.mjs'

const chosen = process.argv.slice(2)
const steps = new Steps()

await steps.step('Jest', () => jest(chosen, { show: true }))
if (chosen.length === 0) {
  await steps.step('cargo test', () =>
    cargoTest(['--workspace', '--exclude', 'ironloop', '--no-fail-fast'], { show: true })
  )
}
steps.finish()
