export * from './timers.js'
export { default } from './timers.js'
