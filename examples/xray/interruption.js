'use strict'

// Ctrl-C and SIGTERM: everything is told to stop through one AbortSignal and the program ends by itself once children
// and workers are gone. A second signal, or too long a wait, ends it at once.

const GRACE_MS = 3000

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/** @returns {{ signal: AbortSignal, exitCode(): number | undefined }} */
function watchInterruption() {
  const controller = new AbortController()
  /** @type {number | undefined} */
  let exitCode
  for (const name of /** @type {(keyof typeof EXIT_CODES)[]} */ (Object.keys(EXIT_CODES))) {
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(exitCode)
      exitCode = EXIT_CODES[name]
      setTimeout(() => process.exit(exitCode), GRACE_MS).unref()
      controller.abort()
    })
  }
  return { signal: controller.signal, exitCode: () => exitCode }
}

module.exports = { watchInterruption }
