'use strict'

// What only a parser can say of a JavaScript file: which calls really run code from strings or other programs (not in a
// comment, a string or a method of the same name), and its cyclomatic complexity (McCabe: decisions + 1 per function).

/** Loaded when there is something to parse. @type {typeof import('acorn') | undefined} */
let acorn

/** @typedef {{ name: string, start: number, complexity: number }} FunctionScore */
/** @typedef {{ kind: string, line: number }} DynamicUse */
/** @typedef {{ complexity: number, worst: { name: string, line: number, complexity: number }, dynamic: DynamicUse[] }} SyntaxFacts */
/** @typedef {import('acorn').Node & Record<string, any>} AnyNode */

const LENIENT = {
  ecmaVersion: /** @type {const} */ ('latest'),
  allowReturnOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowAwaitOutsideFunction: true,
  allowSuperOutsideMethod: true,
  allowHashBang: true,
  checkPrivateFields: false,
}

/** @param {string} source @returns {AnyNode} */
function parse(source) {
  acorn ??= /** @type {typeof import('acorn')} */ (require('acorn'))
  try {
    return acorn.parse(source, { ...LENIENT, sourceType: 'script' })
  } catch (error) {
    try {
      return acorn.parse(source, { ...LENIENT, sourceType: 'module' })
    } catch {
      throw error
    }
  }
}

const DECISIONS = new Set(
  'IfStatement ForStatement ForInStatement ForOfStatement WhileStatement DoWhileStatement ConditionalExpression LogicalExpression CatchClause'.split(
    ' '
  )
)
const LOGICAL_ASSIGNMENT = new Set(['&&=', '||=', '??='])

/** @param {AnyNode} node */
function decides(node) {
  if (DECISIONS.has(node.type)) return true
  if (node.type === 'SwitchCase') return node.test !== null
  return node.type === 'AssignmentExpression' && LOGICAL_ASSIGNMENT.has(node.operator)
}

const GLOBALS = new Set(['globalThis', 'global', 'window', 'self'])
const VM_RUNNERS = new Set(['runInNewContext', 'runInThisContext'])

/** The name of a callee: `eval`, `globalThis.eval` and `(0, eval)` are all `eval`. @param {AnyNode} callee @returns {string} */
function calleeName(callee) {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'SequenceExpression') return calleeName(callee.expressions.at(-1))
  if (callee.type !== 'MemberExpression' || callee.computed) return ''
  const object = callee.object.type === 'Identifier' ? callee.object.name : ''
  const property = callee.property.name
  if (GLOBALS.has(object)) return property
  return VM_RUNNERS.has(property) ? property : `${object}.${property}`
}

/** @param {AnyNode | null | undefined} node */
const namesChildProcess = (node) =>
  node?.type === 'Literal' && (node.value === 'child_process' || node.value === 'node:child_process')

/** @param {AnyNode} node */
function kindOfCall(node) {
  const name = calleeName(node.callee)
  if (name === 'eval') return node.type === 'CallExpression' ? 'eval' : undefined
  if (name === 'Function') return node.arguments.length > 0 ? 'Function' : undefined
  if (VM_RUNNERS.has(name)) return 'vm'
  if (name === 'process.binding' || name === 'process.dlopen') return 'native binding'
  if ((name === 'require' || name.endsWith('.require')) && namesChildProcess(node.arguments[0])) return 'child_process'
  return undefined
}

/** @param {AnyNode} node @returns {string | undefined} */
function dynamicKind(node) {
  if (node.type === 'CallExpression' || node.type === 'NewExpression') return kindOfCall(node)
  const imports = node.type === 'ImportDeclaration' || node.type === 'ImportExpression'
  return imports && namesChildProcess(node.source) ? 'child_process' : undefined
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** @param {AnyNode} node @param {AnyNode} parent */
function functionName(node, parent) {
  const named = node.id ?? parent.key ?? (parent.type === 'VariableDeclarator' ? parent.id : parent.left)
  return named?.name ?? named?.property?.name ?? '(anonymous)'
}

/**
 * Walks the tree with a stack of its own: minified bundles nest deeper than the call stack allows.
 * @param {string} source
 * @returns {SyntaxFacts}
 * @throws {SyntaxError} with `loc` when no JavaScript
 */
function readSyntax(source) {
  const tree = parse(source)
  /** @type {FunctionScore[]} */
  const functions = [{ name: '(top level)', start: 0, complexity: 1 }]
  /** @type {{ kind: string, start: number }[]} */
  const dynamic = []
  /** @type {[AnyNode, AnyNode, FunctionScore][]} */
  const stack = [[tree, tree, functions[0]]]
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const [node, parent, outer] = entry
    let score = outer
    if (FUNCTIONS.has(node.type)) {
      score = { name: functionName(node, parent), start: node.start, complexity: 1 }
      functions.push(score)
    }
    if (decides(node)) score.complexity++
    const kind = dynamicKind(node)
    if (kind) dynamic.push({ kind, start: node.start })
    pushChildren(stack, node, score)
  }
  const { name, start, complexity } = worstOf(functions)
  return {
    complexity: sum(functions),
    worst: { name, line: lineAt(source, start), complexity },
    dynamic: dynamic
      .sort((a, b) => a.start - b.start)
      .map((use) => ({ kind: use.kind, line: lineAt(source, use.start) })),
  }
}

/** @param {string} source @param {number} offset */
function lineAt(source, offset) {
  let line = 1
  for (let at = source.indexOf('\n'); at !== -1 && at < offset; at = source.indexOf('\n', at + 1)) line++
  return line
}

/** @param {[AnyNode, AnyNode, FunctionScore][]} stack @param {AnyNode} node @param {FunctionScore} score */
function pushChildren(stack, node, score) {
  for (const key in node) {
    const value = node[key]
    if (Array.isArray(value)) {
      for (const item of value) if (item && typeof item.type === 'string') stack.push([item, node, score])
    } else if (value && typeof value.type === 'string') {
      stack.push([value, node, score])
    }
  }
}

/** @param {FunctionScore[]} functions */
const sum = (functions) => functions.reduce((total, { complexity }) => total + complexity, 0)

/** @param {FunctionScore[]} functions */
const worstOf = (functions) =>
  functions.reduce((worst, one) => {
    if (one.complexity !== worst.complexity) return one.complexity > worst.complexity ? one : worst
    return one.start < worst.start ? one : worst
  })

module.exports = { readSyntax }
