// What the addon of a platform is made of, as CycloneDX: every crate that the lock file gives it, with its licence. The
// packages themselves depend on nothing else of npm's.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './steps.mjs'

/** @param {string} target Rust's name of the platform */
export function billOfMaterials(target) {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const crates = cratesOf(target)
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: { type: 'library', name, version, 'bom-ref': `pkg:npm/${name}@${version}` },
      properties: [{ name: 'target', value: target }],
    },
    components: crates.map(({ name, version, license }) => ({
      type: 'library',
      name,
      version,
      'bom-ref': `pkg:cargo/${name}@${version}`,
      purl: `pkg:cargo/${name}@${version}`,
      ...(license && { licenses: [{ expression: license.replaceAll('/', ' OR ') }] }),
    })),
  }
}

/**
 * What is linked in: what only builds it is left out.
 * @param {string} target
 * @returns {{ name: string, version: string, license: string | null }[]}
 */
function cratesOf(target) {
  const args = ['metadata', '--format-version', '1', '--locked', '--filter-platform', target]
  const { status, stdout, stderr } = spawnSync('cargo', args, { cwd: root, encoding: 'utf8', maxBuffer: 64e6 })
  if (status !== 0) throw new Error(`cargo metadata: ${stderr}`)
  const { packages, resolve } = JSON.parse(stdout)
  /** @type {Map<string, any>} */
  const nodes = new Map(resolve.nodes.map((/** @type {any} */ node) => [node.id, node]))
  const linked = new Set([resolve.root])
  for (const id of linked) {
    for (const { pkg, dep_kinds: kinds } of nodes.get(id)?.deps ?? []) {
      if (kinds.some((/** @type {any} */ { kind }) => kind === null)) linked.add(pkg)
    }
  }
  return packages
    .filter((/** @type {any} */ { id, source }) => linked.has(id) && source !== null)
    .sort((/** @type {any} */ a, /** @type {any} */ b) => a.name.localeCompare(b.name))
}
