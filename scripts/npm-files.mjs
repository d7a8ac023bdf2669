// Programs that come as npm packages, such as other versions of Node: fetched once for each version into target/runtimes.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './steps.mjs'

export const CACHE = join(root, 'target', 'runtimes')

/** The versions of Node that are supported, and the npm package that each one's binary is in. */
export const NODES = [20, 22, 24, 26].map((major) => ({
  name: `Node ${major}`,
  spec: `node-${process.platform}-${process.arch}@${major}`,
  binary: 'bin/node',
}))

/**
 * The folder of an npm package.
 * @param {string} spec
 */
export async function fetched(spec) {
  const folder = join(CACHE, spec.replaceAll(/[@/]/g, '_'))
  if (existsSync(join(folder, 'package.json'))) return folder
  mkdirSync(folder, { recursive: true })
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder, spec], { cwd: folder })
  const tarball = packed.output.trim().split('\n').at(-1) ?? ''
  if (packed.status !== 0) throw new Error(`npm has no ${spec}: ${packed.output}`)
  const unpacked = await run('tar', ['-xzf', join(folder, tarball), '-C', folder, '--strip-components=1'])
  if (unpacked.status !== 0) throw new Error(unpacked.output)
  return folder
}
