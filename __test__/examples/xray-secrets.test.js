'use strict'

const { confirmSecret } = require('../../examples/xray/worker/confirm-secret.js')
const { PATTERNS } = require('../../examples/xray/worker/patterns.js')

const RANDOM = 'q7Rw2Tz9LmX4vB6nKp8sDf3gHj5cYa1eUoQiWx0r'.repeat(3)
const HEX = '3f9a1c7be20d5846f1a7c93b2e8d4065'.repeat(2)

/** Every kind of secret: the literal, and what follows it in a real one. @type {[string, string][]} */
const REAL = [
  ['AKIA', 'Q7RW2TZ4LMX4VB6N'],
  ['ASIA', 'Q7RW2TZ4LMX4VB6N'],
  ['aws_secret_access_key', ` = ${RANDOM.slice(0, 40)}`],
  ['-----BEGIN ', `PRIVATE KEY-----\n${RANDOM.slice(0, 64)}`],
  ['ghp_', RANDOM.slice(0, 36)],
  ['github_pat_', `${RANDOM.slice(0, 22)}_${RANDOM.slice(0, 59)}`],
  ['glpat-', RANDOM.slice(0, 20)],
  ['npm_', RANDOM.slice(0, 36)],
  ['_authToken=', RANDOM.slice(0, 36)],
  ['xoxb-', `871236549018-${RANDOM.slice(0, 24)}`],
  ['hooks.slack.com/services/', `T${RANDOM.slice(0, 8)}/B${RANDOM.slice(8, 16)}/${RANDOM.slice(0, 24)}`],
  ['discord.com/api/webhooks/', `871236549018273645/${RANDOM.slice(0, 68)}`],
  ['sk_live_', RANDOM.slice(0, 24)],
  ['AIza', RANDOM.slice(0, 35)],
  ['ya29.', RANDOM.slice(0, 80)],
  ['SG.', `${RANDOM.slice(0, 22)}.${RANDOM.slice(0, 43)}`],
  ['sk-ant-', `api03-${RANDOM.slice(0, 90)}`],
  ['sk-proj-', RANDOM.slice(0, 60)],
  ['hf_', 'qRwTzLmXvBnKpsDfgHjcYaeUoQiWxrqTzM'],
  ['dop_v1_', HEX],
  ['hvs.', RANDOM.slice(0, 95)],
  ['pypi-AgEIcHlwaS5vcmc', RANDOM.slice(0, 70)],
  ['shpat_', HEX.slice(0, 32)],
  ['AccountKey=', `${RANDOM.slice(0, 86)}==`],
  ['postgres://', 'svc:wq9Zt4Lm@db.internal.test/app'],
]

/** @param {string} literal @param {string} text @param {string} [before] */
function judge(literal, text, before = 'x = "') {
  const pattern = PATTERNS.find((one) => one.text === literal)
  if (!pattern) throw new Error(`no pattern ${literal}`)
  return confirmSecret(pattern, Buffer.from(before + literal + text), before.length)
}

test.each(REAL)('%s…: confirmed and masked', (literal, rest) => {
  const masked = judge(literal, `${rest}"\n`)
  expect(masked).toContain('…')
  expect(masked?.length).toBeLessThan(40)
  expect(masked).not.toContain(rest.slice(-12, -2))
})

test.each([
  ['AKIA', 'IOSFODNN7EXAMPLE'],
  ['AKIA', 'AAAAAAAAAAAAAAAA'],
  ['AKIA', 'short'],
  ['ghp_', 'x'.repeat(36)],
  ['ghp_', `${RANDOM.slice(0, 36)}tooLong`],
  ['-----BEGIN ', 'PRIVATE KEY-----"'],
  ['-----BEGIN ', 'CERTIFICATE-----\nMIIB'],
  ['postgres://', 'user:password@localhost/db'],
  ['postgres://', 'user:$PASSWORD@db.internal.test/db'],
])('%s%s: not a secret', (literal, rest) => expect(judge(literal, `${rest}"`)).toBeUndefined())

test('a token inside a longer word is none', () => {
  expect(judge('AKIA', 'Q7RW2TZ4LMX4VB6N', 'abc')).toBeUndefined()
})

test('about 40 patterns are searched, and each once', () => {
  const texts = PATTERNS.map(({ text }) => text)
  expect(texts.length).toBeGreaterThanOrEqual(40)
  expect(new Set(texts).size).toBe(texts.length)
})
