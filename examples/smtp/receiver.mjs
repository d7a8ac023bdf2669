// A mail receiver: takes mail for whoever and puts each message into a file, or hands it to a function.
//   node examples/smtp/receiver.mjs [PORT] [FOLDER]

import { mkdir, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { framed } from 'ironloop/net'
import { SmtpCodec } from './codec.mjs'

/**
 * @typedef {{ from: string, to: string[], content: Buffer }} Mail
 * @typedef {import('ironloop/net').FramedConnection<string | Buffer>} Connection
 */

/**
 * @param {(mail: Mail) => unknown} deliver may return a promise; what it throws refuses the mail for now
 */
export function createReceiver(deliver) {
  return net.createServer((socket) => {
    const codec = new SmtpCodec()
    const connection = framed(socket, /** @type {any} */ (codec))
    converse(connection, codec, deliver).then(
      () => connection.end(),
      (error) => connection.destroy(error === connection.error ? undefined : error)
    )
  })
}

/**
 * @param {Connection} connection
 * @param {SmtpCodec} codec
 * @param {(mail: Mail) => unknown} deliver
 */
async function converse(connection, codec, deliver) {
  connection.send('220 localhost ironloop')
  let mail = empty()
  for await (const line of connection) {
    const [verb] = String(line).toUpperCase().split(' ', 1)
    const address = /<([^>]*)>/.exec(String(line))?.[1]
    if (verb === 'EHLO') {
      for (const answer of ['250-localhost', '250-8BITMIME', '250 PIPELINING']) connection.send(answer)
    } else if (verb === 'HELO' || verb === 'NOOP') connection.send('250 localhost')
    else if (verb === 'RSET') {
      mail = empty()
      connection.send('250 forgotten')
    } else if (verb === 'MAIL' && address !== undefined) {
      mail.from = address
      connection.send('250 sender ok')
    } else if (verb === 'RCPT' && address) {
      mail.to.push(address)
      connection.send('250 recipient ok')
    } else if (verb === 'DATA' && mail.to.length > 0) {
      codec.expectMessage()
      connection.send('354 end with a dot alone')
      mail.content = /** @type {Buffer} */ (await connection.receive())
      connection.send(await delivered(mail, deliver))
      mail = empty()
    } else if (verb === 'DATA') connection.send('503 who is it for?')
    else if (verb === 'QUIT') {
      connection.send('221 bye')
      return
    } else connection.send('500 not understood')
  }
}

/** @returns {Mail} */
function empty() {
  return { from: '', to: [], content: Buffer.alloc(0) }
}

/**
 * @param {Mail} mail
 * @param {(mail: Mail) => unknown} deliver
 */
async function delivered(mail, deliver) {
  try {
    await deliver(mail)
    return '250 taken'
  } catch {
    return '451 not now'
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port = '2525', folder = 'mail'] = process.argv.slice(2)
  await mkdir(folder, { recursive: true })
  let count = 0
  const server = createReceiver(async ({ from, to, content }) => {
    const file = join(folder, `${Date.now()}-${count++}.eml`)
    await writeFile(file, content)
    console.log(`${file}: from ${from} to ${to.join(', ')}, ${content.length} bytes`)
  })
  server.listen(Number(port), () => console.log(`listening on ${JSON.stringify(server.address())}`))
}
