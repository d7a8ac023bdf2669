export * from './stream.js'
export { default } from './stream.js'
