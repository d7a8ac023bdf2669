'use strict'

// What something costs a busy HTTP server: processor time per request, all threads of its process together. Throughput
// would tell of the client as well.

const { spawn } = require('node:child_process')
const { once } = require('node:events')
const http = require('node:http')
const path = require('node:path')

const SERVER = path.join(__dirname, '../cli/server.worker.mjs')
const CLIENTS = 16
/** A round is the best of so many: what else goes on in the machine adds, and never takes away. */
const TRIES = 5

/**
 * @param {{ agent: http.Agent, port: number }} server
 * @param {string} url
 * @returns {Promise<string>}
 */
function ask(server, url) {
  return new Promise((resolve) => {
    const read = (/** @type {http.IncomingMessage} */ response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      response.on('end', () => resolve(text))
    }
    // The server closes connections that were idle while another contender had its turn.
    http.get({ ...server, path: url }, read).on('error', () => resolve(ask(server, url)))
  })
}

/**
 * @param {{ agent: http.Agent, port: number }} server
 * @param {number} requests
 */
async function load(server, requests) {
  let asked = 0
  const client = async () => {
    while (asked++ < requests) await ask(server, '/')
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}

/**
 * A contender: the server, started by node with these arguments before its file.
 * @param {string[]} args
 */
function served(args) {
  return {
    /** @param {{ requests: number, quick?: boolean }} params */
    async setup({ requests, quick }) {
      const child = spawn(process.execPath, [...args, SERVER], { stdio: ['ignore', 'pipe', 'ignore'] })
      const [line] = await once(child.stdout, 'data')
      const server = { agent: new http.Agent({ keepAlive: true }), port: Number(line) }
      await load(server, quick ? 200 : requests * 40)
      return { child, server }
    },
    /**
     * Microseconds a request.
     * @param {{ server: { agent: http.Agent, port: number } }} state
     * @param {{ requests: number, quick?: boolean }} params
     */
    async measure({ server }, { requests, quick }) {
      const count = quick ? 200 : requests
      let least = Number.POSITIVE_INFINITY
      for (let tries = 0; tries < TRIES; tries++) {
        const before = Number(await ask(server, '/cpu'))
        await load(server, count)
        least = Math.min(least, (Number(await ask(server, '/cpu')) - before) / count)
      }
      return least
    },
    /** @param {{ child: import('node:child_process').ChildProcess, server: { agent: http.Agent } }} state */
    async teardown({ child, server }) {
      server.agent.destroy()
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

module.exports = { served }
