'use strict'

// What is wrong with a binary, in one sentence. Before it is loaded, by its header: the system's loader ends the whole
// process where a file is cut off (SIGBUS), and names neither the file nor the machine where it is another's. After it
// was refused, by what the loader said.

const fs = require('node:fs')
const { glibcVersion, libc, triple } = require('./platform.js')

const HEADER_BYTES = 4096
const AGAIN = 'Install ironloop again'

/** @typedef {{ cpu: string, bytes: number }} Header the machine that it is for, and the least that the file must have */

/** By the file's first bytes. */
const FORMATS = /** @type {const} */ ([
  { magic: '7f454c46', os: 'linux', read: elf },
  { magic: 'cffaedfe', os: 'darwin', read: machO },
  { magic: '4d5a', os: 'win32', read: portableExecutable },
])
/** Several machines in one file: the system chooses. */
const UNIVERSAL = 'cafebabe'

/**
 * What makes the binary that would be loaded unfit; undefined where its header shows nothing, or where there is none.
 * @returns {string | undefined}
 */
function troubleBeforeLoading() {
  const file = binaryFile()
  if (file === undefined) return undefined
  try {
    return troubleOf(file)
  } catch {
    return undefined // what cannot be read is the loader's to refuse
  }
}

/** The addon's file, looked for in the generated loader's order: it does not tell which one it takes. */
function binaryFile() {
  for (const request of [`../../native/ironloop.${triple()}.node`, `ironloop-${triple()}`]) {
    try {
      return require.resolve(request)
    } catch {
      // the next one
    }
  }
}

/** @param {string} file */
function troubleOf(file) {
  const { header, size } = headerOf(file)
  const first = header.toString('hex', 0, 4)
  if (first === UNIVERSAL && process.platform === 'darwin') return undefined
  const format = FORMATS.find(({ magic }) => first.startsWith(magic))
  if (format === undefined) return `${file} is no library: ${size} bytes of something else. ${AGAIN}`
  const { cpu, bytes } = format.read(header)
  if (format.os !== process.platform || cpu !== process.arch) {
    return `${file} is built for ${format.os} on ${cpu}, and this is ${process.platform} on ${process.arch}. ${AGAIN}`
  }
  if (size < bytes) return `${file} is cut off: it has ${size} of ${bytes} bytes. ${AGAIN}`
}

/** @param {string} file */
function headerOf(file) {
  const descriptor = fs.openSync(file, 'r')
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    fs.readSync(descriptor, header, 0, HEADER_BYTES, 0)
    return { header, size: fs.fstatSync(descriptor).size }
  } finally {
    fs.closeSync(descriptor)
  }
}

/**
 * System V ABI, "ELF header" and "Program header", of 64 bits.
 * @param {Buffer} header
 * @returns {Header}
 */
function elf(header) {
  const cpu = { 62: 'x64', 183: 'arm64' }[header.readUInt16LE(18)] ?? 'another processor'
  const sections = long(header, 40) + header.readUInt16LE(58) * header.readUInt16LE(60)
  const segments = entries(header, long(header, 32), header.readUInt16LE(56), header.readUInt16LE(54))
  return { cpu, bytes: Math.max(sections, ...segments.map((at) => long(header, at + 8) + long(header, at + 32))) }
}

/**
 * Apple's mach-o/loader.h: the segments among the load commands.
 * @param {Buffer} header
 * @returns {Header}
 */
function machO(header) {
  const cpu = { 16777223: 'x64', 16777228: 'arm64' }[header.readUInt32LE(4)] ?? 'another processor'
  const SEGMENT_64 = 0x19
  let bytes = 0
  for (let at = 32, left = header.readUInt32LE(16); left > 0 && at + 56 <= header.length; left--) {
    if (header.readUInt32LE(at) === SEGMENT_64) bytes = Math.max(bytes, long(header, at + 40) + long(header, at + 48))
    at += Math.max(8, header.readUInt32LE(at + 4))
  }
  return { cpu, bytes }
}

/**
 * Microsoft's "PE Format": the raw data of the sections.
 * @param {Buffer} header
 * @returns {Header}
 */
function portableExecutable(header) {
  const start = Math.min(header.readUInt32LE(0x3c), header.length - 24)
  const cpu = { 34404: 'x64', 43620: 'arm64' }[header.readUInt16LE(start + 4)] ?? 'another processor'
  const sections = entries(header, start + 24 + header.readUInt16LE(start + 20), header.readUInt16LE(start + 6), 40)
  return {
    cpu,
    bytes: Math.max(0, ...sections.map((at) => header.readUInt32LE(at + 16) + header.readUInt32LE(at + 20))),
  }
}

/**
 * Where the entries of a table begin, as far as it lies in the header's bytes.
 * @param {Buffer} header
 * @param {number} start
 * @param {number} count
 * @param {number} size
 */
function entries(header, start, count, size) {
  const all = Array.from({ length: count }, (_, index) => start + index * size)
  return all.filter((at) => at + size <= header.length)
}

/**
 * @param {Buffer} header
 * @param {number} at
 */
function long(header, at) {
  return Number(header.readBigUInt64LE(at))
}

/** What the systems' loaders say, and what it means. The words of glibc, musl, dyld and Windows are kept where they say more. */
const REFUSALS = /** @type {[RegExp, (said: RegExpExecArray) => string][]} */ ([
  [
    /loading addons is disabled/,
    () => 'this Node loads no addons: it runs with --no-addons, or with --permission and without --allow-addons',
  ],
  [
    /version [`'](GLIBC\w*_[\d.]+)' not found/,
    ([, version]) =>
      `it needs ${version}, which this system's C library${runningGlibc()} does not have. A newer system has it`,
  ],
  [
    /failed to map segment|Operation not permitted|file system sandbox blocked/,
    () => 'its file system allows no execution, as one that is mounted with noexec',
  ],
  [
    /(\S+): cannot open shared object file|Error loading shared library ([^:]+)/,
    ([, glibc, musl]) => `it needs the library ${glibc ?? musl}, which is not here: is it built for another C library?`,
  ],
  [
    /((?:undefined symbol|symbol not found|Symbol not found|Error relocating).*)/,
    ([, said]) => `it does not fit this system's C library (${libc() ?? process.platform}) or this Node: ${said}`,
  ],
  [
    /(invalid ELF header|not a valid Win32 application|slice is not valid mach-o file)/,
    ([said]) => `${said}. ${AGAIN}`,
  ],
])

/**
 * Why no binary could be loaded.
 * @param {any} error what the generated loader threw: its causes are what it tried, without their codes
 */
function troubleInLoading(error) {
  for (let cause = error; cause instanceof Object; cause = cause.cause) {
    for (const [pattern, explain] of REFUSALS) {
      const said = pattern.exec(String(cause.message))
      if (said !== null) return explain(said)
    }
  }
  return (
    `neither a build in native/ nor the package ironloop-${triple()} could be loaded. ` +
    'Install it again without --omit=optional, or build it with `npm run build` in a checkout'
  )
}

function runningGlibc() {
  const version = glibcVersion()
  return version === undefined ? '' : ` (${version})`
}

module.exports = { binaryFile, troubleBeforeLoading, troubleInLoading }
