'use strict'

// One run behind its promise: when it is started, what its news mean, how it ends.

const { codes } = require('../internal/errors.js')
const { onAbort } = require('../internal/abort.js')
const { Handle, NEWS } = require('./desk.js')
const { conclude } = require('./ending.js')
const { InputPipe, pump } = require('./input.js')
const { Pieces } = require('./pieces.js')
const { PIPE, STDOUT, writeTo } = require('./request.js')
const { noFacts, readFacts, spawnError } = require('./result.js')
const { SpillDirectory } = require('./spill.js')
const { Screen, show, spilling, teesOf } = require('./tee.js')

const nothing = () => {}

/** @typedef {import('./ending.js').Ending} Ending */

class Control {
  /** @type {import('./desk.js').Handle | undefined} */
  #handle
  #request
  #options
  #onEnd
  /** @type {Ending | undefined} */
  #ending
  #killed = false
  /** Whether whoever wanted it has gone. */
  #left = false
  /** Something of ours that went wrong, and is the reason to end it. @type {NodeJS.ErrnoException | undefined} */
  #fault
  /** @type {{ resolve: () => void, reject: (error: unknown) => void }[]} */
  #waitingForSpawn = []
  #pid = 0
  /** Whether it is never to be started. */
  #refused = false
  #iterated = false
  /** Whether an iteration has yet to take what stdout brought. */
  #reading = false
  #piped = false
  #pieces = [new Pieces(0), new Pieces(1)]
  #tees
  /** Where an iterated stdout is shown. @type {Screen | undefined} */
  #screen
  /** What is written elsewhere while it runs, and must be written before it is over. @type {Promise<void>[]} */
  #pumps = []
  /** @type {SpillDirectory | undefined} */
  #spillDirectory
  /** @type {(import('./spill.js').SpillFile | undefined)[]} */
  #spills = []
  #nowOver = nothing
  /** When the process has ended. @type {Promise<void>} */
  #overSoon
  #stopListening = nothing
  /** @type {InputPipe | undefined} */
  input

  /**
   * @param {import('./request.js').Request} request
   * @param {import('./options.js').RunOptions} options
   * @param {(ending: Ending) => void} onEnd
   * @param {boolean} isFed whether another run's stdout is its input
   */
  constructor(request, options, onEnd, isFed) {
    this.#request = request
    this.#options = options
    this.#onEnd = onEnd
    this.#tees = teesOf(options)
    this.#overSoon = new Promise((resolve) => {
      this.#nowOver = resolve
    })
    if (request.numbers[1] === 2 && !isFed) this.input = new InputPipe()
  }

  begin() {
    const { signal, capture, input } = this.#options
    if (signal?.aborted) return this.#neverBegin()
    if (signal) this.#stopListening = onAbort(signal, () => this.#cancel())
    // Whether anybody iterates it is known once the caller's own code has run; output that nobody wants has no pipe.
    if (capture === 'none') queueMicrotask(() => this.#launchLate())
    else this.#launch()
    if (this.input !== undefined && input !== undefined) pump(this.input, input).catch((error) => this.#fail(error))
  }

  /** Its signal was aborted before the call. */
  #neverBegin() {
    this.#refused = true
    const { input } = this.#options
    if (typeof input?.destroy === 'function') input.destroy() // nobody will read it
    queueMicrotask(() => this.#end(noFacts({ cancelled: 1 })))
  }

  /** Nobody is there to be thrown at. */
  #launchLate() {
    try {
      this.#launch()
    } catch (error) {
      this.#end(noFacts({}), /** @type {NodeJS.ErrnoException} */ (error))
    }
  }

  #launch() {
    if (this.#handle !== undefined || this.#ending !== undefined || this.#refused) return
    const { capture, merge } = this.#options
    if (capture === 'none' && (this.#iterated || this.#piped)) this.#request.numbers[STDOUT] = PIPE
    if (capture === 'spill' && !this.#spillAll(merge ? [0] : [0, 1])) return
    this.#handle = new Handle(this.#request, this)
    if (this.#iterated) this.#pieces[0]?.open(this.#handle, false)
    this.input?.open(this.#handle)
    // Whether stdout is iterated or piped, too, is known once the caller's own code has run.
    if (this.#tees.stdout || this.#tees.stderr) queueMicrotask(() => this.#startTees())
    if (this.#waitingForSpawn.length > 0) this.#watchSpawn()
  }

  #startTees() {
    const { stdout, stderr } = this.#tees
    if (stdout && !this.#iterated && !this.#piped) this.#tee(0, stdout)
    if (stderr) this.#tee(1, stderr)
  }

  /**
   * @param {0 | 1} output
   * @param {import('node:stream').Writable} stream
   */
  #tee(output, stream) {
    const { capture } = this.#options
    const pieces = /** @type {Pieces} */ (this.#pieces[output])
    pieces.open(/** @type {Handle} */ (this.#handle), capture !== 'none' && capture !== 'spill')
    const shown = show(this.#shownPieces(output, pieces), new Screen(stream, this.#overSoon))
    this.#pumps.push(shown.catch((error) => this.#fail(error)))
  }

  /**
   * What is shown, and written to a file if it belongs there: nobody else can do both.
   * @param {0 | 1} output
   * @param {Pieces} pieces
   */
  #shownPieces(output, pieces) {
    const { capture, onOverflow, maxBuffer } = this.#options
    const next = () => pieces.next()
    const file = this.#spills[output]
    if (file !== undefined) return spilling(next, 0, () => file)
    if (capture === 'none' || onOverflow !== 'spill') return next
    return spilling(next, maxBuffer, () => this.#openSpill(output))
  }

  /** The process itself writes to files, apart from what is shown; false if there can be none. @param {(0 | 1)[]} outputs */
  #spillAll(outputs) {
    try {
      this.#spills = new SpillDirectory().openAll(outputs)
    } catch (error) {
      this.#end(noFacts({}), /** @type {NodeJS.ErrnoException} */ (error))
      return false
    }
    const shown = [this.#tees.stdout, this.#tees.stderr]
    const files = this.#spills.map((file, at) => (shown[at] ? undefined : file?.descriptor))
    writeTo(this.#request, files)
    return true
  }

  /** @param {0 | 1} output */
  #openSpill(output) {
    this.#spillDirectory ??= new SpillDirectory()
    const file = this.#spillDirectory.open(output)
    this.#spills[output] = file
    return file
  }

  /** It said more than is to be kept in memory: all of it goes to a file. @param {0 | 1} output */
  async #spill(output) {
    const pieces = /** @type {Pieces} */ (this.#pieces[output])
    const file = this.#openSpill(output)
    pieces.open(/** @type {Handle} */ (this.#handle), false)
    for (let piece = await pieces.next(); piece !== undefined; piece = await pieces.next()) await file.write(piece)
  }

  #watchSpawn() {
    if (this.pid > 0) for (const { resolve } of this.#waitingForSpawn.splice(0)) resolve()
  }

  #cancel() {
    if (this.#handle === undefined) this.#end(noFacts({ cancelled: 1 }))
    else this.#handle.cancel()
  }

  /** @param {NodeJS.ErrnoException} fault */
  #fail(fault) {
    if (this.#ending !== undefined) return
    this.#fault ??= fault
    this.#cancel()
  }

  /**
   * @param {number} signal
   * @param {boolean} ends
   */
  kill(signal, ends) {
    if (this.#ending !== undefined || this.#refused) return false
    if (this.#handle === undefined && ends) {
      this.#end(noFacts({ signal, killed: 1 }))
      return true
    }
    this.#launch()
    if (this.#handle === undefined) return false
    const sent = this.#handle.kill(signal, ends)
    this.#killed ||= sent && ends
    return sent
  }

  /** A signal that asks it to end has gone to its tree. */
  noteKill() {
    if (this.#ending === undefined) this.#killed = true
  }

  /** Nobody wants it any more, and it has ended, but somebody else still holds its pipes. */
  leave() {
    if (this.#ending !== undefined) return
    this.#left = true
    this.#handle?.cancel()
  }

  get ending() {
    return this.#ending
  }

  /** 0 while it does not run. */
  get pid() {
    if (this.#pid === 0 && this.#ending === undefined) this.#pid = this.#handle?.watchSpawn() ?? 0
    return this.#pid
  }

  /** @returns {Promise<void>} */
  spawned() {
    return new Promise((resolve, reject) => {
      if (this.pid === 0 && this.#ending !== undefined) return reject(this.#ending)
      this.#waitingForSpawn.push({ resolve, reject })
      this.#watchSpawn()
    })
  }

  /** stdout comes in pieces from now on; false if it can't, because it goes nowhere or elsewhere. */
  iterate() {
    if (!this.#takeStdout()) return false
    this.#iterated = this.#reading = true
    if (this.#handle) this.#pieces[0]?.open(this.#handle, false)
    return true
  }

  /** stdout is the input of another run from now on; false if it can't. @param {Control} next */
  pipe(next) {
    if (!this.#takeStdout()) return false
    this.#piped = true
    this.#launchLate()
    next.#launch()
    if (this.#handle && next.#handle) this.#handle.pipe(next.#handle)
    // One that is not there says nothing, and reads nothing.
    else if (next.#handle) next.#handle.endInput()
    else this.#handle?.closeOutput()
    return true
  }

  /** Whether nobody has stdout yet, and there is one. */
  #takeStdout() {
    if (this.#ending !== undefined || this.#iterated || this.#piped) return false
    if (this.#handle !== undefined && this.#request.numbers[STDOUT] !== PIPE) return false
    return this.#pumps.length === 0 && this.#options.capture !== 'spill'
  }

  /** @returns {Promise<Buffer | undefined>} */
  async nextPiece() {
    const piece = await this.#pieces[0]?.next()
    const { stdout } = this.#tees
    if (!stdout || !this.#reading) return piece
    this.#screen ??= new Screen(stdout, this.#overSoon)
    if (piece === undefined) this.#screen.close()
    try {
      if (piece !== undefined) await this.#screen.write(piece)
    } catch (error) {
      this.#fail(/** @type {NodeJS.ErrnoException} */ (error))
      throw error
    }
    return piece
  }

  /** @param {number} pending */
  overflows(pending) {
    if (pending <= this.#options.maxBuffer) return false
    this.#fail(new codes.ERR_CHILD_PROCESS_STDIO_MAXBUFFER('stdout'))
    return true
  }

  /** The reader has gone: nothing of stdout is wanted any more. */
  closeOutput() {
    this.#reading = false
    this.#screen?.close()
    this.#handle?.closeOutput()
    if (this.#ending !== undefined) this.#handle?.forget()
  }

  /**
   * @param {number} kind
   * @param {number} first
   */
  onNews(kind, first) {
    if (kind === NEWS.done) return this.#over()
    if (kind === NEWS.failed) return this.#end(noFacts({}), spawnError(first, this.#request))
    if (kind === NEWS.spawned) this.#watchSpawn()
    else if (kind === NEWS.readable) this.#pieces[first]?.wake()
    else if (kind === NEWS.overflowed) this.#onOverflow(first === 1 ? 1 : 0)
    else if (kind === NEWS.input) this.input?.onNews(first === 1)
  }

  /** @param {0 | 1} output */
  #onOverflow(output) {
    if (output === 0 ? this.#tees.stdout : this.#tees.stderr) return // whoever shows it writes it to a file as well
    this.#pumps.push(this.#spill(output).catch((error) => this.#fail(error)))
  }

  /** The process has ended; what is shown and spilled of it may not have. */
  #over() {
    this.#nowOver()
    const facts = readFacts(/** @type {Handle} */ (this.#handle))
    if (this.#pumps.length === 0) return this.#end(facts)
    for (const pieces of this.#pieces) pieces.wake()
    Promise.all(this.#pumps).then(() => this.#end(facts))
  }

  /**
   * @param {import('./result.js').Facts} facts
   * @param {NodeJS.ErrnoException} [notStarted]
   */
  #end(facts, notStarted) {
    if (this.#ending !== undefined) return
    this.#stopListening()
    if (this.#killed) facts.killed = 1
    if (notStarted === undefined && this.input?.lost) facts.inputLost = 1
    if (this.#fault !== undefined || this.#left) facts.cancelled = 0 // that was only the way to end it
    this.#pid ||= facts.pid
    if (this.#spills[0]) facts.stdoutTruncated = 0
    if (this.#spills[1]) facts.stderrTruncated = 0
    const spilled = this.#spills.map((file) => (notStarted ? void file?.discard() : file?.finish()))
    const about = { request: this.#request, options: this.#options, reason: notStarted ?? this.#fault }
    this.#ending = conclude(facts, this.#handle, about, spilled, this.#iterated || this.#piped)
    this.#handle?.settle()
    if (!this.#reading) this.#handle?.forget()
    this.input?.onNews(false)
    if (this.input?.pumping) this.input.leaveSource()
    this.#watchSpawn()
    for (const { reject } of this.#waitingForSpawn.splice(0)) reject(this.#ending)
    this.#onEnd(this.#ending)
    for (const pieces of this.#pieces) pieces.end()
  }
}

module.exports = { Control }
