'use strict'

// An inspector session with a blocked thread: the main thread directly, another worker by way of the main thread, which
// has to be responsive for it.

const { Session } = require('node:inspector')

/** @typedef {{ url: string, sourceMapURL?: string }} Script */

class Target {
  /** Whether the thread has stopped. */
  stopped = false
  /** Whether it has been asked to. */
  asked = false
  #session = new Session()
  #closed = false
  #threadId
  #onAsk
  #onStopped
  #lastMessage = 0
  /** @type {string | undefined} */
  #workerSession
  /** @type {Map<string, Script>} */
  #scripts = new Map()

  /**
   * @param {number} threadId
   * @param {() => void} onAsk
   * @param {(callFrames: any[], scripts: Map<string, Script>) => void} onStopped
   */
  constructor(threadId, onAsk, onStopped) {
    this.#threadId = threadId
    this.#onAsk = onAsk
    this.#onStopped = onStopped
  }

  /** Makes the thread stop at its next statement. */
  stop() {
    const session = this.#session
    session.connectToMainThread()
    session.on('inspectorNotification', (message) => this.#hear(/** @type {any} */ (message)))
    if (this.#threadId === 0) this.#ask()
    else session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  }

  /** Lets the thread go on, wherever it is. Never throws. */
  close() {
    this.#closed = true
    try {
      if (this.#threadId === 0 || this.#workerSession !== undefined) {
        if (this.stopped) this.#post('Debugger.resume')
        this.#post('Debugger.disable')
      }
      if (this.#threadId !== 0) this.#session.post('NodeWorker.disable')
    } catch {
      // There was no session yet, or it refuses: its end lets the thread go on, too.
    } finally {
      this.#session.disconnect()
    }
  }

  #ask() {
    this.asked = true
    this.#post('Debugger.enable')
    this.#post('Debugger.pause')
    // From here on nothing but the thread itself keeps it from stopping. A worker is asked by way of the main thread: how
    // long it goes on says nothing.
    if (this.#threadId === 0) this.#onAsk()
  }

  /** @param {string} method */
  #post(method) {
    if (this.#threadId === 0) return this.#session.post(method)
    const message = JSON.stringify({ id: ++this.#lastMessage, method })
    const params = { sessionId: String(this.#workerSession), message }
    this.#session.post('NodeWorker.sendMessageToWorker', params)
  }

  /** @param {{ method: string, params: any }} message */
  #hear({ method, params }) {
    if (this.#closed) return // what was on its way
    if (method === 'Debugger.scriptParsed') {
      this.#scripts.set(params.scriptId, params)
    } else if (method === 'Debugger.paused') {
      if (this.stopped) return
      this.stopped = true
      this.#onStopped(params.callFrames, this.#scripts)
    } else if (method === 'NodeWorker.attachedToWorker') {
      if (!isThread(params.workerInfo, this.#threadId)) return
      this.#workerSession = params.sessionId
      this.#ask()
    } else if (method === 'NodeWorker.receivedMessageFromWorker') {
      if (params.sessionId === this.#workerSession) this.#hear(JSON.parse(params.message))
    }
  }
}

/**
 * A worker is told by its title, `[worker 3]` and its name: `workerId` is a number of the inspector's own.
 * @param {{ title: string }} info
 * @param {number} threadId
 */
function isThread({ title }, threadId) {
  return title.startsWith(`[worker ${threadId}]`)
}

module.exports = { Target }
