'use strict'

// The default number of threads under a cgroup's CPU quota, from given texts of its files.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const { readFileSync } = fs

/**
 * The threads of a process on 16 processors that sees these files.
 * @param {Record<string, string>} files
 */
function threadsWith(files) {
  jest.resetModules()
  const { defaultThreads } = require('../../lib/internal/platform.js')
  jest.spyOn(os, 'availableParallelism').mockReturnValue(16)
  jest.spyOn(fs, 'readFileSync').mockImplementation((file, ...rest) => {
    const name = path.normalize(String(file))
    if (!/^\/(sys\/fs\/cgroup|proc\/self\/cgroup)/.test(name)) return readFileSync(file, ...rest)
    if (files[name] === undefined) throw Object.assign(new Error(`no ${name}`), { code: 'ENOENT' })
    return files[name]
  })
  try {
    return defaultThreads()
  } finally {
    jest.restoreAllMocks()
  }
}

const V1 = '/sys/fs/cgroup/cpu'
const V2 = '/sys/fs/cgroup'

beforeEach(() => {
  delete process.env.IRONLOOP_CPUS
})

test.each([
  ['no cgroup at all', {}, 16],
  ['v2, a quota', { '/proc/self/cgroup': '0::/\n', [`${V2}/cpu.max`]: '250000 100000\n' }, 2],
  ['v2, no limit', { '/proc/self/cgroup': '0::/\n', [`${V2}/cpu.max`]: 'max 100000\n' }, 16],
  ['v2, less than one processor', { '/proc/self/cgroup': '0::/a\n', [`${V2}/a/cpu.max`]: '50000 100000\n' }, 1],
  ['v2, more than there are', { '/proc/self/cgroup': '0::/\n', [`${V2}/cpu.max`]: '3200000 100000\n' }, 16],
  [
    'v2, the smallest of those above',
    {
      '/proc/self/cgroup': '0::/a/b\n',
      [`${V2}/a/b/cpu.max`]: 'max 100000\n',
      [`${V2}/a/cpu.max`]: '300000 100000\n',
      [`${V2}/cpu.max`]: '400000 100000\n',
    },
    3,
  ],
  [
    'v2, under a path that is not there',
    { '/proc/self/cgroup': '0::/host/x\n', [`${V2}/cpu.max`]: '200000 50000\n' },
    4,
  ],
  [
    'v1, a quota',
    {
      '/proc/self/cgroup': '5:memory:/a\n4:cpu,cpuacct:/a\n',
      [`${V1}/a/cpu.cfs_quota_us`]: '500000\n',
      [`${V1}/a/cpu.cfs_period_us`]: '100000\n',
    },
    5,
  ],
  [
    'v1, no limit',
    {
      '/proc/self/cgroup': '4:cpu,cpuacct:/\n',
      [`${V1}/cpu.cfs_quota_us`]: '-1\n',
      [`${V1}/cpu.cfs_period_us`]: '100000\n',
    },
    16,
  ],
])('%s', (_, files, expected) => {
  expect(threadsWith(/** @type {any} */ (files))).toBe(expected)
})
