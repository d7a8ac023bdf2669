'use strict'

// An inspector session with a blocked thread: the main thread directly, another worker by way of the main thread, which
// has to be responsive for it.
//
// The thread is not made to stop. An expression that is evaluated in it runs in the midst of what blocks it, so an error
// thrown there has the stack of the block. A thread that stops must be told to go on, and who would do that may be
// terminated before: Node keeps a session with a worker when the one that it was reached through is gone, and a worker
// that stands still in it for ever cannot even be terminated.
//
// Should the thread itself be terminated in that very moment, the expression is what ends, and V8 forgets about the rest:
// then it is terminated once more.

const { Session } = require('node:inspector')
const { hrtime } = require('node:process')

/** @typedef {{ functionName: string, url: string, lineNumber: number, columnNumber: number }} CallFrame */
/** @typedef {{ resolve: (result: any) => void, reject: (reason: string) => void }} Call */

/** Says when it ran, too. */
const EXPRESSION = 'throw process.hrtime.bigint()'
/** The number of a call that is answered by the worker's session. */
const ATTACHED = 0

/** Which source map scripts name, by their URL. @type {Map<string, string | undefined>} */
const mapURLs = new Map()
/** Threads that have told of their scripts. @type {Set<number>} */
const introduced = new Set()

class Target {
  /** Whether the thread has been asked for its stack. */
  asked = false
  #session = new Session()
  #threadId
  #onAsk
  /** @type {string | undefined} */
  #workerSession
  /** Sessions with all workers come with that of the one. @type {string[]} */
  #workerSessions = []
  /** @type {Promise<unknown> | undefined} */
  #scripts
  #lastCall = ATTACHED
  /** @type {Map<number, Call>} */
  #calls = new Map()

  /**
   * @param {number} threadId
   * @param {() => void} onAsk called when nothing but the thread itself keeps it from answering any more
   */
  constructor(threadId, onAsk) {
    this.#threadId = threadId
    this.#onAsk = onAsk
  }

  /**
   * The thread's stack, which it tells as soon as it runs JavaScript, innermost first, and how many nanoseconds ago it
   * did. Rejects with the reason where the inspector refuses, and when this is closed.
   */
  async stack() {
    try {
      this.#session.connectToMainThread()
    } catch (error) {
      return Promise.reject(refusal(error))
    }
    this.#session.on('inspectorNotification', (message) => this.#hear(/** @type {any} */ (message)))
    if (this.#threadId !== 0) this.#workerSession = await this.#attached()
    this.asked = true
    this.#call('Runtime.enable')
    const askedAt = hrtime.bigint()
    const answer = this.#call('Runtime.evaluate', { expression: EXPRESSION, silent: true })
    // The first time both in one interruption: who knows when there will be another.
    if (!introduced.has(this.#threadId)) this.#learnScripts()
    // A worker is asked by way of the main thread: how long it goes on says nothing.
    if (this.#threadId === 0) this.#onAsk()
    answer.catch((reason) => this.#tookTermination(reason) && this.#call('Runtime.terminateExecution'))
    const { exceptionDetails } = await answer
    const [_expression, ...callFrames] = exceptionDetails?.stackTrace?.callFrames ?? []
    return {
      callFrames: /** @type {CallFrame[]} */ (callFrames),
      agoNs: sinceNs(exceptionDetails?.exception?.unserializableValue, askedAt),
    }
  }

  /** @param {string} reason with which evaluating ended: before Node 22 it has no name of its own */
  #tookTermination(reason) {
    return reason.includes('Execution was terminated') || (this.#threadId !== 0 && reason.includes('Internal error'))
  }

  /**
   * The URLs of source maps, by that of the script, as far as the frames' scripts name some.
   * @param {CallFrame[]} callFrames
   */
  async mapURLs(callFrames) {
    const unknown = callFrames.filter(({ url }) => !url.startsWith('node:') && !mapURLs.has(url))
    // Without them the places in the scripts are true, too.
    if (unknown.length > 0) await (this.#scripts ?? this.#learnScripts()).catch(() => {})
    for (const { url } of unknown) if (!mapURLs.has(url)) mapURLs.set(url, undefined)
    return mapURLs
  }

  /** An enabled debugger tells of all scripts. It could stop the thread, at a `debugger` statement. */
  #learnScripts() {
    introduced.add(this.#threadId)
    this.#call('Debugger.setSkipAllPauses', { skip: true })
    this.#scripts = this.#call('Debugger.enable')
    return this.#scripts
  }

  /**
   * Ends the session. Never throws.
   * @param {string} reason what is told to who still waits for an answer
   */
  close(reason) {
    for (const { reject } of this.#calls.values()) reject(reason)
    this.#calls.clear()
    try {
      // Those with workers would not end with it.
      for (const sessionId of this.#workerSessions) this.#session.post('NodeWorker.detach', { sessionId })
    } catch {
      // There was no session yet.
    } finally {
      this.#session.disconnect()
    }
  }

  /** @returns {Promise<string>} */
  #attached() {
    const attached = this.#answer(ATTACHED)
    this.#session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
    return attached
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @returns {Promise<any>}
   */
  #call(method, params) {
    const id = ++this.#lastCall
    const answer = this.#answer(id)
    if (this.#threadId === 0) {
      this.#session.post(method, params, (error, result) => this.#settle(id, error, result))
    } else {
      const message = JSON.stringify({ id, method, params })
      this.#session.post('NodeWorker.sendMessageToWorker', { sessionId: String(this.#workerSession), message })
    }
    return answer
  }

  /**
   * @param {number} id
   * @returns {Promise<any>}
   */
  #answer(id) {
    const answer = new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject }))
    answer.catch(() => {}) // not every one is waited for
    return answer
  }

  /**
   * @param {number} id
   * @param {unknown} error
   * @param {unknown} result
   */
  #settle(id, error, result) {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    if (error) call?.reject(refusal(error))
    else call?.resolve(result)
  }

  /** @param {{ method: string, params: any }} message */
  #hear({ method, params }) {
    if (method === 'Debugger.scriptParsed') {
      mapURLs.set(params.url, params.sourceMapURL)
    } else if (method === 'NodeWorker.attachedToWorker') {
      this.#workerSessions.push(params.sessionId)
      if (isThread(params.workerInfo, this.#threadId)) this.#settle(ATTACHED, undefined, params.sessionId)
    } else if (method === 'NodeWorker.detachedFromWorker') {
      if (params.sessionId === this.#workerSession) this.close('its thread has ended')
    } else if (method === 'NodeWorker.receivedMessageFromWorker') {
      if (params.sessionId === this.#workerSession) this.#hearWorker(JSON.parse(params.message))
    }
  }

  /** @param {any} message an answer, or news */
  #hearWorker({ id, error, result, ...news }) {
    if (id === undefined) this.#hear(news)
    else this.#settle(id, error, result)
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

/** @param {unknown} error */
function refusal(error) {
  return `the inspector refused: ${/** @type {Error} */ (error).message}`
}

/**
 * Since `process.hrtime.bigint()` gave this as text; 0, now, if that is a clock of the program's own.
 * @param {string | undefined} text
 * @param {bigint} askedAt before it did
 */
function sinceNs(text, askedAt) {
  const match = /^(\d+)n$/.exec(text ?? '')
  const at = match === null ? 0n : BigInt(match[1])
  const now = hrtime.bigint()
  return at >= askedAt && at <= now ? Number(now - at) : 0
}

module.exports = { Target }
