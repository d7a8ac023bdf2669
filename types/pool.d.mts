export * from './pool.js'
export { default } from './pool.js'
