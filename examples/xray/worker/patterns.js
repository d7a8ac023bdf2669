'use strict'

// The byte patterns that are searched for in every text file, all in one pass. A hit is only a candidate: secrets are
// confirmed by `confirm` (sticky, at the hit), dynamic code by the syntax tree, marks by their line.

/**
 * @typedef {object} Pattern
 * @property {string} text the literal bytes (latin1)
 * @property {'secret' | 'dynamic' | 'mark'} group
 * @property {string} kind what the report calls it
 * @property {RegExp} [confirm] for secrets: matches at the hit; a capture group, if any, is the secret itself
 * @property {number} [reach] for secrets: how many bytes after the hit `confirm` may need
 */

const DEFAULT_REACH = 256

/** @param {string} kind @param {string[]} texts @param {RegExp} confirm @param {number} [reach] @returns {Pattern[]} */
const secret = (kind, texts, confirm, reach = DEFAULT_REACH) =>
  texts.map((text) => ({ text, group: 'secret', kind, confirm, reach }))

const TOKEN_BORDER = '(?<![A-Za-z0-9_-])'
/** @param {string} body */
const token = (body) => new RegExp(`${TOKEN_BORDER}${body}(?![A-Za-z0-9_])`, 'y')

const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|[\s"'+,])*(?:[A-Za-z-]+: [^\n\\]+(?:\n|\\n)\s*)*[A-Za-z0-9+/=]{40,}/y

const SECRETS = [
  ...secret('AWS access key', ['AKIA', 'ASIA'], token('(?:AKIA|ASIA)[A-Z2-7]{16}')),
  ...secret(
    'AWS secret key',
    ['aws_secret_access_key'],
    /\w+["']?\s*[:=]\s*["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/y
  ),
  ...secret('private key', ['-----BEGIN '], PRIVATE_KEY, 2048),
  ...secret('GitHub token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], token('gh[pousr]_[A-Za-z0-9]{36}')),
  ...secret('GitHub token', ['github_pat_'], token('github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}')),
  ...secret('GitLab token', ['glpat-'], token('glpat-[A-Za-z0-9_-]{20}')),
  ...secret('npm token', ['npm_'], token('npm_[A-Za-z0-9]{36}')),
  ...secret('npm token', ['_authToken='], /_authToken=["']?(?!npm_)([A-Za-z0-9_-]{20,})/y),
  ...secret('Slack token', ['xoxb-', 'xoxp-', 'xoxa-', 'xoxs-'], token('xox[abps]-[0-9]{8,14}-[A-Za-z0-9-]{20,}')),
  ...secret('Slack webhook', ['hooks.slack.com/services/'], /\S+?\/services\/(T\w{6,}\/B\w{6,}\/\w{20,})/y),
  ...secret('Discord webhook', ['discord.com/api/webhooks/'], /\S+?\/webhooks\/(\d{17,20}\/[\w-]{60,})/y),
  ...secret('Stripe key', ['sk_live_', 'rk_live_'], token('[sr]k_live_[A-Za-z0-9]{20,}')),
  ...secret('Google API key', ['AIza'], token('AIza[A-Za-z0-9_-]{35}')),
  ...secret('Google OAuth token', ['ya29.'], token('ya29\\.[A-Za-z0-9_-]{60,}')),
  ...secret('SendGrid key', ['SG.'], token('SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}')),
  ...secret('Anthropic key', ['sk-ant-'], token('sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{60,}')),
  ...secret('OpenAI key', ['sk-proj-'], token('sk-proj-[A-Za-z0-9_-]{40,}')),
  ...secret('Hugging Face token', ['hf_'], token('hf_[A-Za-z]{34}')),
  ...secret('DigitalOcean token', ['dop_v1_'], token('dop_v1_[a-f0-9]{64}')),
  ...secret('Vault token', ['hvs.'], token('hvs\\.[A-Za-z0-9_-]{90,}')),
  ...secret('PyPI token', ['pypi-AgEIcHlwaS5vcmc'], token('pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}')),
  ...secret('Shopify token', ['shpat_'], token('shpat_[a-fA-F0-9]{32}')),
  ...secret('Azure storage key', ['AccountKey='], /AccountKey=([A-Za-z0-9+/]{86}==)/y),
  ...secret(
    'database password',
    ['postgres://', 'mysql://', 'mongodb+srv://'],
    /[a-z+]+:\/\/[\w.-]+:([^\s:@/"'`<>${}]{6,})@[\w-]+\.[\w.-]+/y
  ),
]

/** @type {Pattern[]} */
const DYNAMIC = [
  ['eval(', 'eval'],
  ['new Function', 'Function'],
  ['Function("', 'Function'],
  ["Function('", 'Function'],
  ['child_process', 'child_process'],
  ['runInNewContext', 'vm'],
  ['runInThisContext', 'vm'],
  ['process.binding', 'native binding'],
  ['process.dlopen', 'native binding'],
].map(([text, kind]) => ({ text, group: 'dynamic', kind }))

/** @type {Pattern[]} */
const MARKS = ['TODO', 'FIXME', 'HACK', 'XXX'].map((text) => ({ text, group: 'mark', kind: text }))

const PATTERNS = [...SECRETS, ...DYNAMIC, ...MARKS]

module.exports = { PATTERNS }
