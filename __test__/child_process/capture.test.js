'use strict'

const { createHash } = require('node:crypto')
const { run } = require('../../lib/child_process')

const MB = 1024 * 1024

/** 0 to 255 over and over, cut at `bytes`: any loss or exchange shows. */
const PATTERN = `
  const block = Buffer.alloc(1 << 20, Uint8Array.from({ length: 256 }, (_, at) => at))
  let left = Number(process.argv[1])
  function more() {
    while (left > 0) {
      const piece = block.subarray(0, Math.min(left, block.length))
      left -= piece.length
      if (!process.stdout.write(piece)) return process.stdout.once('drain', more)
    }
  }
  more()`

test('100 MB arrive as they were written', async () => {
  const bytes = 100 * MB + 7
  const { stdout } = await run(process.execPath, ['-e', PATTERN, String(bytes)], {
    capture: 'buffer',
    maxBuffer: bytes,
  })
  expect(stdout.length).toBe(bytes)
  const block = Buffer.alloc(
    MB,
    Uint8Array.from({ length: 256 }, (_, at) => at)
  )
  const expected = createHash('sha1')
  for (let left = bytes; left > 0; left -= MB) expected.update(block.subarray(0, Math.min(left, MB)))
  expect(createHash('sha1').update(stdout).digest('hex')).toBe(expected.digest('hex'))
})

/** Says much at once, then little for a while, again and again: whoever reads it goes from one gait to the other. */
const BURSTS = `let left = 6
  const block = Buffer.alloc(${4 * MB}, 'abcdefg')
  const burst = () => left-- > 0 && process.stdout.write(block, () => drip(20))
  const drip = (times) => times > 0
    ? process.stdout.write('.'.repeat(times), () => setTimeout(drip, 1, times - 1))
    : setTimeout(burst, 5)
  burst()`
const burst = Buffer.alloc(4 * MB, 'abcdefg').toString() + '.'.repeat((20 * 21) / 2)

test.each(['text', 'buffer'])('what comes fast and slow by turns arrives as it was written: %s', async (capture) => {
  const runs = [1, 2, 3].map(() => run(process.execPath, ['-e', BURSTS], { capture }))
  for (const { stdout } of await Promise.all(runs)) expect(stdout.toString() === burst.repeat(6)).toBe(true)
})

test('what comes fast is iterated as it was written', async () => {
  let length = 0
  for await (const line of run(process.execPath, ['-e', BURSTS], { maxBuffer: 64 * MB })) length += line.length
  expect(length).toBe(6 * burst.length)
})

test('text is decoded as a whole: characters that reads share stay whole, invalid ones become U+FFFD', async () => {
  // 7 bytes, so that no power of two falls between characters for long.
  const bytes = Buffer.concat(Array(50_000).fill(Buffer.from('é€ß')))
  const invalid = Buffer.concat([bytes, Buffer.from([0xff, 0x61, 0xf0, 0x9f, 0x98]), bytes])
  expect((await run('cat', { input: bytes })).stdout).toBe(bytes.toString())
  expect((await run('cat', { input: invalid })).stdout).toBe(invalid.toString())
})

test('a character that is written in two halves is whole in lines, kept or iterated', async () => {
  const script = "printf 'a\\303'; sleep 0.05; printf '\\251\\nb\\360\\237'; sleep 0.05; printf '\\230\\200'"
  expect((await run('sh', ['-c', script], { capture: 'lines' })).stdout).toEqual(['aé', 'b😀'])
  const lines = []
  for await (const line of run('sh', ['-c', script])) lines.push(line)
  expect(lines).toEqual(['aé', 'b😀'])
})

describe('past maxBuffer', () => {
  test.each([
    ['stdout', 'yes'],
    ['stderr', 'yes >&2'],
  ])('%s ends the run', async (name, script) => {
    const error = await run('sh', ['-c', script], { maxBuffer: 1000 }).catch((one) => one)
    expect(error).toMatchObject({
      code: 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER',
      truncated: true,
      killed: true,
    })
    expect(error.message).toMatch(`${name} maxBuffer length exceeded`)
    expect(error[name]).toBe('y\n'.repeat(500).slice(0, -1))
  })

  test("'truncate' keeps the beginning, reads the rest and succeeds", async () => {
    const script = 'head -c 50000000 /dev/zero | tr "\\0" x; echo done >&2'
    const result = await run('sh', ['-c', script], { maxBuffer: 10, onOverflow: 'truncate' })
    expect(result).toMatchObject({ exitCode: 0, stdout: 'xxxxxxxxxx', stderr: 'done', truncated: true })
  })

  test('is a byte more, not the last', async () => {
    expect(await run('printf', ['12345'], { maxBuffer: 5 })).toMatchObject({ stdout: '12345', truncated: false })
    await expect(run('printf', ['123456'], { maxBuffer: 5 })).rejects.toMatchObject({ truncated: true })
    expect((await run('true', { maxBuffer: 0 })).stdout).toBe('')
  })
})

test('a process that closes its output lives on', async () => {
  const started = performance.now()
  const { stdout } = await run('sh', ['-c', 'echo said; exec >&- 2>&-; sleep 0.3'])
  expect(stdout).toBe('said')
  expect(performance.now() - started).toBeGreaterThan(290)
})

test('what a background process writes after the end belongs to the run', async () => {
  const { stdout } = await run('sh', ['-c', '(sleep 0.1; echo late) & echo early'], { capture: 'lines' })
  expect(stdout).toEqual(['early', 'late'])
})
