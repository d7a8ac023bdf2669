// Events: listeners run at once, in their order; `once` runs one time; an 'error' that nobody hears is thrown.
import { EventEmitter } from 'ironloop/events'

const kitchen = new EventEmitter()
kitchen.on('order', (dish) => console.log(`cook ${dish}`))
kitchen.once('order', () => console.log('open the kitchen'))
kitchen.prependListener('order', () => console.log('read the ticket'))

kitchen.emit('order', 'soup')
kitchen.emit('order', 'bread')
console.log(kitchen.listenerCount('order')) // 2

try {
  kitchen.emit('error', new Error('the oven is cold'))
} catch (error) {
  console.log(error instanceof Error && error.message) // the oven is cold
}
