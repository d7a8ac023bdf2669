export * from './net.js'
export { default } from './net.js'
