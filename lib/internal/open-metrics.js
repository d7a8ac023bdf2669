'use strict'

// OpenMetrics text (the exposition format 1.0 of the OpenMetrics specification): families of samples with one set of
// labels. The name of a family ends in its unit, where it has one.

/** @typedef {{ quantiles: Record<string, number>, count: number, sum: number }} Summary */
/** @typedef {[type: 'counter' | 'gauge', name: string, help: string, value: number] | [type: 'summary', name: string, help: string, value: Summary]} Family */

const UNITS = ['seconds', 'bytes']

/** @param {unknown} value */
const escaped = (value) => String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

/** @param {Record<string, unknown>} labels */
const labelled = (labels) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`

/**
 * @param {Family} family
 * @param {Record<string, unknown>} labels
 */
function samplesOf([type, name, , value], labels) {
  if (type === 'gauge') return [`${name}${labelled(labels)} ${value}`]
  if (type === 'counter') return [`${name}_total${labelled(labels)} ${value}`]
  const { quantiles, count, sum } = /** @type {Summary} */ (value)
  return [
    ...Object.entries(quantiles).map(([quantile, one]) => `${name}${labelled({ ...labels, quantile })} ${one}`),
    `${name}_count${labelled(labels)} ${count}`,
    `${name}_sum${labelled(labels)} ${sum}`,
  ]
}

/**
 * @param {Family[]} families
 * @param {Record<string, unknown>} labels of every sample
 * @returns {string} a whole exposition
 */
function renderMetrics(families, labels) {
  const lines = families.flatMap((family) => {
    const [type, name, help] = family
    const unit = UNITS.find((one) => name.endsWith(`_${one}`))
    const described = unit === undefined ? [] : [`# UNIT ${name} ${unit}`]
    return [`# TYPE ${name} ${type}`, ...described, `# HELP ${name} ${help}`, ...samplesOf(family, labels)]
  })
  return `${lines.join('\n')}\n# EOF\n`
}

module.exports = { renderMetrics }
