// What SMTP says over a connection (RFC 5321), as a codec: lines, and after DATA one message whose lines are dot-stuffed: a
// line that begins with a dot gets another one, and a dot alone is the end.

const LINE_END = '\r\n'
const MESSAGE_END = Buffer.from('\r\n.\r\n')
const MOST_LINE_BYTES = 2048

export class SmtpCodec {
  #decoder

  /** @param {{ maxMessageBytes?: number }} [options] */
  constructor({ maxMessageBytes = 25 * 2 ** 20 } = {}) {
    this.#decoder = new SmtpDecoder(maxMessageBytes)
  }

  /** One codec for one connection: what comes next depends on what was said. */
  createDecoder() {
    return this.#decoder
  }

  /** From here on the other side sends a message: a Buffer, where else there are lines. */
  expectMessage() {
    this.#decoder.expectMessage()
  }

  /** @param {string | Buffer} said a line, or a message */
  encode(said) {
    if (typeof said === 'string') return Buffer.from(said + LINE_END)
    const text = said.toString('latin1')
    const stuffed = `${LINE_END}${text}`.replaceAll('\r\n.', '\r\n..').slice(LINE_END.length)
    return Buffer.from(`${stuffed}${text.endsWith(LINE_END) ? '' : LINE_END}.${LINE_END}`, 'latin1')
  }
}

class SmtpDecoder {
  /** @type {Buffer[]} */
  #chunks = []
  #length = 0
  #isMessage = false
  #most

  /** @param {number} most */
  constructor(most) {
    this.#most = most
  }

  expectMessage() {
    this.#isMessage = true
    // The end may come at once, and then there is no line before its dot.
    this.#chunks.unshift(Buffer.from(LINE_END))
    this.#length += LINE_END.length
  }

  /**
   * @param {Buffer} chunk
   * @param {(string | Buffer)[]} messages
   */
  push(chunk, messages) {
    let rest = chunk
    for (;;) {
      const end = this.#isMessage ? MESSAGE_END : Buffer.from(LINE_END)
      const at = this.#indexOf(end, rest)
      if (at === -1) break
      const whole = Buffer.concat([...this.#chunks, rest])
      messages.push(this.#isMessage ? unstuffed(whole.subarray(0, at)) : whole.toString('utf8', 0, at))
      this.#isMessage = false
      this.#chunks = []
      this.#length = 0
      rest = whole.subarray(at + end.length)
    }
    if (rest.length === 0) return
    this.#chunks.push(rest)
    this.#length += rest.length
    const most = this.#isMessage ? this.#most : MOST_LINE_BYTES
    if (this.#length > most) throw new RangeError(`more than ${most} bytes without an end`)
  }

  end() {
    if (this.#length > 0) throw new Error('the connection has ended within a line or a message')
  }

  /**
   * Searches what is new, and as much before it as the end may have begun in.
   * @param {Buffer} end
   * @param {Buffer} next
   */
  #indexOf(end, next) {
    let before = Buffer.alloc(0)
    for (let n = this.#chunks.length - 1; n >= 0 && before.length < end.length - 1; n--) {
      before = Buffer.concat([this.#chunks[n].subarray(-(end.length - 1)), before])
    }
    const found = Buffer.concat([before, next]).indexOf(end)
    return found === -1 ? -1 : this.#length - before.length + found
  }
}

/**
 * A message without what was added for its way; it starts with the end of the line before it.
 * @param {Buffer} bytes
 */
function unstuffed(bytes) {
  const text = bytes.toString('latin1').replaceAll('\r\n.', '\r\n').slice(LINE_END.length)
  return Buffer.from(text === '' ? '' : text + LINE_END, 'latin1')
}
