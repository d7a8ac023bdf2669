'use strict'

// What this machine is: the name of its platform package, its C library, the processors that may be used.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

/** @type {'glibc' | 'musl' | undefined} */
let knownLibc

/** The C library that this Node runs on, where the platform has several. */
function libc() {
  if (process.platform !== 'linux') return undefined
  knownLibc ??= process.report === undefined || glibcVersion() !== undefined ? 'glibc' : 'musl'
  return knownLibc
}

/** @returns {string | undefined} that of the running C library, where it is glibc and Node can tell */
function glibcVersion() {
  const { report } = /** @type {any} */ (process)
  if (report === undefined) return undefined
  // The report would otherwise look up the names of all network peers, which can take seconds.
  const before = report.excludeNetwork
  report.excludeNetwork = true
  try {
    return report.getReport().header.glibcVersionRuntime
  } finally {
    report.excludeNetwork = before
  }
}

/** What the name of this platform's package ends in, as `linux-x64-gnu`. */
function triple() {
  const { platform, arch } = process
  if (platform === 'linux') return `linux-${arch}-${libc() === 'musl' ? 'musl' : 'gnu'}`
  if (platform === 'win32') return `win32-${arch}-msvc`
  return `${platform}-${arch}`
}

/** @type {number | undefined} */
let knownThreads

/** The processors that this process may use, within its cgroup's CPU quota. IRONLOOP_CPUS overrides it. */
function defaultThreads() {
  const wanted = Number(process.env.IRONLOOP_CPUS)
  if (Number.isInteger(wanted) && wanted > 0) return wanted
  knownThreads ??= Math.max(1, Math.min(os.availableParallelism(), Math.floor(cpuQuota())))
  return knownThreads
}

/** The smallest quota, in processors, of the cgroups that this process is in; Infinity without one. */
function cpuQuota() {
  let smallest = Number.POSITIVE_INFINITY
  for (const [directory, root] of cgroups()) {
    for (let at = directory; at.startsWith(root); at = path.dirname(at)) {
      smallest = Math.min(smallest, quotaOf(at))
      if (at === root) break
    }
  }
  return smallest
}

/** @returns {[directory: string, root: string][]} */
function cgroups() {
  return readLines('/proc/self/cgroup').flatMap((line) => {
    const [, controllers, ...rest] = line.split(':')
    const inside = rest.join(':')
    // A container often sees its own cgroup mounted as the root, under a path that is not there.
    const root = controllers === '' ? '/sys/fs/cgroup' : '/sys/fs/cgroup/cpu'
    const concerns = controllers === '' || controllers?.split(',').includes('cpu')
    return concerns ? [/** @type {[string, string]} */ ([path.join(root, inside), root])] : []
  })
}

/** @param {string} directory */
function quotaOf(directory) {
  const [quota, period] = readLines(`${directory}/cpu.max`)[0]?.split(' ') ?? [
    readLines(`${directory}/cpu.cfs_quota_us`)[0],
    readLines(`${directory}/cpu.cfs_period_us`)[0],
  ]
  const processors = Number(quota) / Number(period)
  return processors > 0 ? processors : Number.POSITIVE_INFINITY
}

/** @param {string} file */
function readLines(file) {
  try {
    return fs.readFileSync(file, 'utf8').trimEnd().split('\n')
  } catch {
    return []
  }
}

module.exports = { defaultThreads, glibcVersion, libc, triple }
