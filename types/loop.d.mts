export * from './loop.js'
export { default } from './loop.js'
