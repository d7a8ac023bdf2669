'use strict'

/** Something that the person at the command line can mend: shown as one line, without a stack, with exit code 2. */
class UsageError extends Error {
  name = 'UsageError'
}

module.exports = { UsageError }
