'use strict'

const fs = require('node:fs')
const { MARKS, makeGitTree } = require('../fixtures/xray/git-tree.js')
const { answerOf, makeDirectory, runXray } = require('../fixtures/xray/run-xray.js')

describe('xray on a git repository', () => {
  const root = makeDirectory('git')
  beforeAll(() => makeGitTree(root))
  afterAll(() => fs.rmSync(root, { recursive: true, force: true }))

  test.each(['ironloop', 'node'])('ranks hot spots and dates marks (%s)', (engine) => {
    const answer = answerOf(root, '--engine', engine)
    expect(answer.git).toEqual({ tracked: 2, commits: 3 })
    expect(answer.storesSkipped).toBe(1)
    expect(answer.hotSpots.map(({ path, commits, complexity }) => [path, commits, complexity])).toEqual([
      ['hot.js', 2, 3],
      ['cold.js', 1, 5],
    ])
    expect(answer.oldestMarks.map(({ kind, path, line, since }) => [kind, path, line, since])).toEqual([
      ['TODO', 'hot.js', 1, '2015-06-01T00:00:00.000Z'],
      ['FIXME', 'cold.js', 1, '2018-06-01T00:00:00.000Z'],
    ])
    expect(answer.marks.count).toBe(3)
  })

  test('knows which files are tracked when it starts below the top', () => {
    fs.mkdirSync(`${root}/sub`)
    expect(answerOf(`${root}/sub`).git).toMatchObject({ tracked: 0 })
  })
})

test.each(['ironloop', 'node'])('without git, npm and a history, the sections say so (%s)', (engine) => {
  const root = makeDirectory('bare')
  fs.writeFileSync(`${root}/a.js`, `// ${MARKS[0]} undated\nif (a) b()\n`)
  fs.writeFileSync(`${root}/package.json`, '{"name":"bare","version":"1.0.0"}')
  const env = { ...process.env, PATH: root, npm_execpath: '' }
  const { stdout, status } = runXray([root, '--json', '--engine', engine], { env })
  expect(status).toBe(0)
  const answer = JSON.parse(stdout)
  expect(answer.git.problem).toBe('git is not installed')
  expect(answer.npm.problem).toBe('npm is not installed')
  expect(answer.hotSpots).toHaveLength(1)
  expect(runXray([root, '--engine', engine], { env }).stdout).toContain('not dated: git is not installed')
  fs.rmSync(root, { recursive: true, force: true })
})
