// A mail client: sends one message, from standard input.
//   node examples/smtp/client.mjs HOST:PORT FROM TO < message.eml

import net from 'node:net'
import { fileURLToPath } from 'node:url'
import { framed } from 'ironloop/net'
import { SmtpCodec } from './codec.mjs'

/**
 * @param {{ host: string, port: number }} server
 * @param {{ from: string, to: string[], content: Buffer }} mail
 */
export async function sendMail({ host, port }, { from, to, content }) {
  const connection = framed(net.connect(port, host), /** @type {any} */ (new SmtpCodec()))
  try {
    await expectReply(connection, 220)
    await ask(connection, 'EHLO localhost', 250)
    await ask(connection, `MAIL FROM:<${from}>`, 250)
    for (const recipient of to) await ask(connection, `RCPT TO:<${recipient}>`, 250)
    await ask(connection, 'DATA', 354)
    const answer = await ask(connection, content, 250)
    await ask(connection, 'QUIT', 221)
    await connection.close()
    return answer
  } catch (error) {
    connection.destroy()
    throw error
  }
}

/**
 * @param {import('ironloop/net').FramedConnection<any>} connection
 * @param {string | Buffer} said
 * @param {number} code
 */
async function ask(connection, said, code) {
  if (!connection.send(said)) await connection.drain()
  return expectReply(connection, code)
}

/**
 * @param {import('ironloop/net').FramedConnection<any>} connection
 * @param {number} code
 */
async function expectReply(connection, code) {
  let line = ''
  // All lines of a reply but the last have a hyphen behind the code.
  do {
    line = await connection.receive()
    if (line === undefined) throw new Error('the server has ended the connection')
  } while (line[3] === '-')
  if (Number(line.slice(0, 3)) !== code) throw new Error(`refused: ${line}`)
  return line
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [address, from, ...to] = process.argv.slice(2)
  const [host, port] = address.split(':')
  const chunks = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  console.log(await sendMail({ host, port: Number(port) }, { from, to, content: Buffer.concat(chunks) }))
}
