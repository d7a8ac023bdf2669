// Every platform that gets a package, in one table: what the packages, the checks and the workflows say comes from here.

/**
 * @typedef {object} Platform
 * @property {string} triple what the package's name ends in, as lib/internal/platform.js makes it
 * @property {string} target Rust's name
 * @property {NodeJS.Platform} os
 * @property {'x64' | 'arm64'} cpu
 * @property {'glibc' | 'musl'} [libc] where the system has several
 * @property {string} name for readers
 * @property {string} runner the machine of the workflows that builds it
 * @property {string} proof how far it was tried before any release
 */

const CHECKED = 'type-checked and linted (`npm run check:targets`); built by the release workflow'

/** @type {Platform[]} */
export const platforms = [
  {
    ...linux('x64', 'x86_64', 'glibc', 'ubuntu-24.04'),
    proof: 'the whole suite on Node 20; the smoke suite of every module on 22, 24 and 26 as well',
  },
  linux('arm64', 'aarch64', 'glibc', 'ubuntu-24.04-arm'),
  {
    ...linux('x64', 'x86_64', 'musl', 'ubuntu-24.04'),
    proof: 'built; the smoke suite of every module and all programs of the course, on Node 24 under musl 1.2.6',
  },
  linux('arm64', 'aarch64', 'musl', 'ubuntu-24.04-arm'),
  mac('x64', 'x86_64', 'macos-15-intel'),
  mac('arm64', 'aarch64', 'macos-15'),
  windows('x64', 'x86_64', 'windows-2022'),
  windows('arm64', 'aarch64', 'windows-11-arm'),
]

/**
 * @param {'x64' | 'arm64'} cpu
 * @param {string} processor
 * @param {'glibc' | 'musl'} libc
 * @param {string} runner
 * @returns {Platform}
 */
function linux(cpu, processor, libc, runner) {
  const abi = libc === 'musl' ? 'musl' : 'gnu'
  const target = `${processor}-unknown-linux-${abi}`
  return {
    triple: `linux-${cpu}-${abi}`,
    target,
    os: 'linux',
    cpu,
    libc,
    name: `Linux on ${cpu} with ${libc}`,
    runner,
    proof: CHECKED,
  }
}

/**
 * @param {'x64' | 'arm64'} cpu
 * @param {string} processor
 * @param {string} runner
 * @returns {Platform}
 */
function mac(cpu, processor, runner) {
  const target = `${processor}-apple-darwin`
  return { triple: `darwin-${cpu}`, target, os: 'darwin', cpu, name: `macOS on ${cpu}`, runner, proof: CHECKED }
}

/**
 * @param {'x64' | 'arm64'} cpu
 * @param {string} processor
 * @param {string} runner
 * @returns {Platform}
 */
function windows(cpu, processor, runner) {
  const target = `${processor}-pc-windows-msvc`
  return { triple: `win32-${cpu}-msvc`, target, os: 'win32', cpu, name: `Windows on ${cpu}`, runner, proof: CHECKED }
}
