'use strict'

const { LONG_LOG, SECRETS, makeNastyTree, removeNastyTree } = require('../fixtures/xray/nasty-tree.js')
const { answerOf, makeDirectory, runXray } = require('../fixtures/xray/run-xray.js')

const isRoot = process.getuid?.() === 0

describe('xray on a tree with everything that can go wrong', () => {
  const root = makeDirectory()
  /** @type {any} */
  let answer
  /** @type {any} */
  let plain

  beforeAll(() => {
    makeNastyTree(root)
    answer = answerOf(root)
    plain = answerOf(root, '--engine', 'node')
  })
  afterAll(() => removeNastyTree(root))

  test('gives the same answer on ironloop and on plain Node', () => {
    expect({ ...answer, run: undefined }).toEqual({ ...plain, run: undefined })
    expect([answer.run.engine, plain.run.engine]).toEqual(['ironloop', 'node'])
  })

  test('finds the planted secrets, masked, and no placeholder', () => {
    const found = answer.secrets.map(({ kind, path, line }) => [kind, path, line])
    expect(found.sort()).toEqual(
      [
        ['AWS access key', 'config/prod.env', 1],
        ['database password', 'config/prod.env', 2],
        ['npm token', '.npmrc', 1],
        ['private key', 'test/fixtures/key.pem', 1],
        ['GitHub token', 'logs/long.log', LONG_LOG.secretLine],
      ].sort()
    )
    const text = JSON.stringify(answer)
    for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret.slice(0, 30))
    expect(text).not.toContain('wq9Zt4Lm')
  })

  test('counts copies without the hard link', () => {
    expect(answer.copies.groups[0]).toMatchObject({ size: 5000, stored: 3, cost: 10_000 })
    expect(answer.copies.groups[0].paths).toHaveLength(4)
  })

  test('knows packages in several versions, who asks for them, and their install scripts', () => {
    const [several] = answer.packages.several
    expect(several.name).toBe('a')
    expect(several.versions.map(({ version }) => version)).toEqual(['2.1.0', '1.0.0'])
    if (!answer.npm.problem) expect(several.versions[0].wantedBy).toEqual(['b@2.0.0'])
    expect(answer.installScripts).toEqual([
      { name: 'a', version: '1.0.0', path: 'node_modules/a', scripts: { postinstall: 'node setup.js' } },
    ])
  })

  test('tells dynamic code from words in comments and strings', () => {
    const uses = answer.dynamicCode.packages.flatMap((one) => one.uses)
    expect(uses).toEqual([
      { kind: 'Function', path: 'src/app.js', line: 6 },
      { kind: 'eval', path: 'node_modules/a/index.js', line: 1 },
      { kind: 'child_process', path: 'node_modules/b/run.js', line: 1 },
    ])
    expect(answer.dynamicCode.hits).toBeGreaterThan(uses.length)
  })

  test('scores complexity and finds marks in comments only', () => {
    const spot = answer.hotSpots.find(({ path }) => path === 'src/app.js')
    expect(spot).toMatchObject({ complexity: 7, worst: { name: 'decide', line: 3, complexity: 6 } })
    const marks = answer.marks.marks.map(({ kind, path, line, text }) => [kind, path, line, text])
    expect(marks).toEqual([
      ['TODO', 'src/app.js', 2, 'TODO: say hello to everyone'],
      ['TODO', 'src/tool.py', 1, 'TODO later'],
    ])
  })

  test('counts and reports what is not as it should be', () => {
    const { trouble, files } = answer
    expect(files).toMatchObject({ empty: 1, links: 3, binary: 4 })
    expect(trouble).toMatchObject({ brokenLinks: 1, special: 1, vanished: 0 })
    expect(trouble.syntaxErrors).toEqual([{ path: 'src/broken.js', line: 1, message: expect.any(String) }])
    const unreadable = trouble.unreadable.map(({ path }) => path)
    expect(unreadable).toEqual(isRoot ? ['bad-name-\uFFFD'] : ['bad-name-\uFFFD', 'locked.txt', 'locked/'])
  })

  test('counts lines as an editor does, in long files too', () => {
    const lines = Object.fromEntries(answer.kinds.map(({ extension, lines: number }) => [extension, number]))
    expect(lines['.log']).toBe(LONG_LOG.lines)
  })

  test('reports without steering the terminal', () => {
    const { stdout, status } = runXray([root])
    expect(status).toBe(0)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
    expect(stdout).toContain('AWS access key')
  })
})
